#!/usr/bin/env bash
# Makes src/chart/font/ anew: the characters that a chart can write, out of Noto Sans CJK SC.
# Needs Debian's fonts-noto-cjk and fonttools (`apt-get install fonts-noto-cjk python3-fonttools`).
set -euo pipefail
cd "$(dirname "$0")/../src/chart/font"

characters=$(mktemp)
trap 'rm -f "$characters"' EXIT
# GB 2312 whole (6 763 han, kana, Greek, Cyrillic), Big5's frequent han as Hong Kong and Taiwan write names with them,
# and of Latin what the font has, which is Western Europe's.
python3 - "$characters" <<'PYTHON'
import sys

def decoded(encoding, leads, trails):
    for lead in leads:
        for trail in trails:
            try:
                yield bytes([lead, trail]).decode(encoding)
            except UnicodeDecodeError:
                pass

found = set(decoded('gb2312', range(0xA1, 0xF8), range(0xA1, 0xFF)))
found |= set(decoded('big5', range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]))
found |= {chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x180)]}
found |= set('–—‘’“”„†‡•…‰′″‹›€™←↑→↓△▲▽▼□■◇◆○●★☆✓✔✗⚠①②③④⑤⑥⑦⑧⑨⑩￥·')
open(sys.argv[1], 'w').write(''.join(sorted(found)))
PYTHON

# Of the collection's fonts the third is the one for simplified Chinese.
pyftsubset /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc --font-number=2 --text-file="$characters" \
  --no-hinting --desubroutinize --notdef-outline --layout-features=kern --no-recalc-timestamp \
  --drop-tables+=vmtx,vhea,VORG,BASE --name-IDs=0,1,2,4,6,13,14 --output-file=noto-sans-sc.otf
# The licence as Debian has it, without its indentation.
{
  echo "noto-sans-sc.otf: some characters of Noto Sans CJK SC, https://github.com/googlefonts/noto-cjk"
  echo "Copyright 2014-2021 Adobe (http://www.adobe.com/). Noto is a trademark of Google Inc."
  echo
  sed -n '/^ SIL OPEN FONT LICENSE/,/^ OTHER DEALINGS/p' /usr/share/doc/fonts-noto-cjk/copyright | sed 's/^ \.$//; s/^ //'
} >OFL.txt

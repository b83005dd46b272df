import { fileUrl } from './api.ts';
import { Icon } from './icon.tsx';
import type { Attachment } from './model.ts';
import { useWords } from './words.tsx';

/** What came with a message: pictures in small, everything else as a line to be opened. */
export function Attachments({ files }: { readonly files: readonly Attachment[] }) {
  return (
    <div className="attachments">
      {files.map((file) => (
        <One key={file.id} file={file} />
      ))}
    </div>
  );
}

function One({ file }: { readonly file: Attachment }) {
  const words = useWords();
  if (file.kind === 'image')
    return (
      <a className="picture-link" href={fileUrl(file.id)} target="_blank" rel="noopener">
        <img className="picture" src={fileUrl(file.id)} alt={file.name} loading="lazy" />
      </a>
    );
  const { kind, name, seconds, transcript, problem } = file;
  const label =
    kind === 'voice'
      ? [words.say('a_voice'), seconds === undefined ? '' : `${seconds}″`, transcript ?? ''].filter(Boolean).join(' ')
      : problem === undefined
        ? name
        : `${name} · ${words.say('broken')}`;
  return (
    <a className="file" href={fileUrl(file.id)} target="_blank" rel="noopener">
      <Icon name="file" />
      <span>{label}</span>
    </a>
  );
}

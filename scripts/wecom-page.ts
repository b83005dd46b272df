import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { aForm, LILEI, paging } from '../test/adapters/wecom/paging.ts';

/** The page behind a card in WeCom, on a phone: a reply is written there. Served as it is, with an emulated WeCom that knows who holds the phone. */
export async function pictureOfWeComPage(
  browser: Browser,
  folder: string,
  context: BrowserContextOptions,
): Promise<void> {
  const pages = await paging();
  try {
    const words = '您好，已联系顺丰核实，包裹今天 18:00 前会重新派送，请留意电话';
    const [field] = aForm.fields;
    pages.form = { ...aForm, fields: field === undefined ? [] : [{ ...field, value: words }] };
    pages.emulator.phone = LILEI;
    const page = await (await browser.newContext(context)).newPage();
    await page.goto(`${pages.url}/wecom/open?do=${encodeURIComponent('reply?ticket=4821')}`);
    await page.getByRole('button', { name: aForm.submit }).waitFor();
    await page.screenshot({ path: join(folder, 'wecom-page-phone.png'), animations: 'disabled' });
    await page.context().close();
  } finally {
    await pages.close();
  }
}

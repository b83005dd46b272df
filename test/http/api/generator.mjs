// The client's generator draws its code with the compiler's own syntax tree, which TypeScript 7 no longer has in JavaScript: it gets the
// one of an older release. `node --import ./test/http/api/generator.mjs node_modules/openapi-typescript/bin/cli.js ...`
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const older = pathToFileURL(createRequire(import.meta.url).resolve('@ts-morph/common')).href;
const shim = `data:text/javascript,${encodeURIComponent(`import common from ${JSON.stringify(older)}; export default common.ts;`)}`;
const hook = `export const resolve = (name, context, next) =>
  name === 'typescript' ? { url: ${JSON.stringify(shim)}, shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

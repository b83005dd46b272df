// A process that owns a store, writes to it from several clients at once and says what was acknowledged, until it is killed.
// node victim.mjs load DIRECTORY ROUND [PADDING] | fill DIRECTORY
import { writeSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { openEmbedded } from '../../dist/src/embedded/embedded.js';

const [mode, directory, round, padding = 0] = process.argv.slice(2);
const say = (line) => writeSync(1, `${line}\n`);
const store = await openEmbedded({ directory }).catch((error) => {
  say(`unopened ${error.message}`);
  process.exit(1);
});
const client = new MongoClient(store.uri);
const collection = client.db('d').collection('c');

/** Operation number j of one writer: insert, change the one before, remove the third before. */
const operate = (writer, j) => {
  const i = Math.floor(j / 3);
  if (j % 3 === 0)
    return collection.insertOne({
      _id: `${writer}-${i}`,
      key: `${writer}/${i}`,
      tags: [i % 7, i % 3],
      v: 0,
      pad: 'x'.repeat(padding),
    });
  if (j % 3 === 1)
    return collection.updateOne({ _id: `${writer}-${i - 1}` }, { $set: { tags: [i % 5] }, $inc: { v: 1 } });
  return collection.findOneAndDelete({ key: `${writer}/${i - 3}` });
};

if (mode === 'load') {
  await collection.createIndexes([{ key: { key: 1 }, unique: true }, { key: { tags: 1, v: -1 } }]);
  await Promise.all(
    Array.from({ length: 8 }, async (_, w) => {
      const writer = `r${round}w${w}`;
      for (let j = 0; ; j++) {
        say(`> ${writer} ${j}`);
        try {
          await operate(writer, j);
        } catch (error) {
          say(`! ${writer} ${error.code}`);
          break;
        }
        say(`< ${writer} ${j}`);
      }
    }),
  );
  say('. all writers were refused');
}

if (mode === 'fill') {
  for (let n = 0; ; n++) {
    try {
      await collection.insertOne({ _id: n, filler: 'x'.repeat(20_000) });
      say(`stored ${n}`);
    } catch (error) {
      say(`refused ${error.code} ${error.message}`);
      break;
    }
  }
  say(`readable ${await collection.countDocuments()}`);
  await client.close();
  await store.stop();
  say('stopped');
}

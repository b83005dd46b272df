import { asText, isObject, type Json } from './block-kit-rules.ts';
import { mayPost, threadIn } from './api-chat.ts';
import { channelIn, has, inspectMessage, listIn, refuse, text, type Call, type Methods } from './api-method.ts';
import type { SlackChannel } from './emulator.ts';
import { tellMessage } from './events.ts';
import { fileJson } from './shapes.ts';
import { store, type StoredFile } from './state.ts';

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  csv: 'text/csv',
  txt: 'text/plain',
  json: 'application/json',
  mp4: 'video/mp4',
};

export const mimetypeOf = (name: string): string =>
  TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

function getUploadUrl({ slack, team, args }: Call): Json {
  const name = text(args, 'filename');
  const size = Number(args['length']);
  if (!Number.isInteger(size) || size <= 0) refuse('invalid_arguments');
  const file: StoredFile = {
    id: slack.state.next('F'),
    team: team.id,
    user: team.botUser,
    name,
    title: name,
    mimetype: mimetypeOf(name),
    content: new Uint8Array(),
    shares: [],
    size,
    isThere: false,
    isComplete: false,
    created: slack.state.seconds(),
  };
  slack.state.files.set(file.id, file);
  return { upload_url: `${slack.url}/upload/v1/${file.id}`, file_id: file.id };
}

/** An organisation's token reads the files of all its workspaces. */
const isOurs = ({ slack, team }: Call, file: StoredFile): boolean =>
  slack.state.teams.get(file.team)?.botToken === team.botToken;

function complete(call: Call): Json {
  const { slack, team, args, method } = call;
  const { state } = slack;
  const asked = listIn(args, 'files').filter(isObject);
  if (asked.length === 0) refuse('invalid_arguments');
  const files = asked.map((entry) => {
    const file = state.files.get(asText(entry['id']));
    if (file === undefined || !isOurs(call, file) || !file.isThere) return refuse('file_not_found');
    return file.isComplete ? refuse('file_update_failed') : file;
  });
  const channel: SlackChannel | null = has(args, 'channel_id') ? channelIn(call, 'channel_id') : null;
  if (channel !== null) mayPost(call, channel);
  const threadTs = channel === null ? null : threadIn(call, channel);
  const comment = text(args, 'initial_comment');
  const blocks = listIn(args, 'blocks');
  if (comment !== '' || blocks.length > 0)
    inspectMessage(slack, { text: comment, ...(blocks.length === 0 ? {} : { blocks }) }, method);
  for (const [i, file] of files.entries()) {
    file.isComplete = true;
    file.title = asText(asked[i]?.['title']) || file.name;
  }
  if (channel !== null) {
    const ids = files.map((file) => file.id);
    const message = store(state, {
      team: team.id,
      channel: channel.id,
      user: team.botUser,
      botId: team.botId,
      text: comment,
      blocks,
      threadTs,
      files: ids,
    });
    void tellMessage(slack, message);
  }
  return { files: files.map((file) => fileJson(state, slack.url, file)) };
}

function info(call: Call): Json {
  const { slack, args } = call;
  const file = slack.state.files.get(text(args, 'file'));
  if (file === undefined || !isOurs(call, file) || !file.isThere) return refuse('file_not_found');
  return { file: fileJson(slack.state, slack.url, file), comments: [], response_metadata: { next_cursor: '' } };
}

export const FILES: Methods = {
  'files.getUploadURLExternal': { scopes: ['files:write'], required: ['filename', 'length'], run: getUploadUrl },
  'files.completeUploadExternal': { scopes: ['files:write'], required: ['files'], run: complete },
  'files.info': { scopes: ['files:read'], required: ['file'], run: info },
};

import { createHub, type ToHub } from './hub.ts';

const hub = createHub();

// All tabs of one browser share this worker, and with it one connection.
addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  const hear = hub.join((said) => {
    port.postMessage(said);
  });
  port.addEventListener('message', ({ data }: MessageEvent<ToHub>) => {
    hear(data);
  });
  port.start();
});

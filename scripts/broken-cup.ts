/** A photograph of a mug that did not survive its journey, 480 x 320, as far as a drawing can be one. */
export const BROKEN_CUP = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320" viewBox="0 0 480 320">
  <defs>
    <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e9e4dc"/><stop offset="1" stop-color="#d8d0c3"/></linearGradient>
    <linearGradient id="table" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b98d5e"/><stop offset="1" stop-color="#96693f"/></linearGradient>
    <linearGradient id="glaze" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#4d7f95"/><stop offset=".35" stop-color="#8fbccc"/><stop offset="1" stop-color="#386478"/></linearGradient>
    <linearGradient id="clay" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fdf8ef"/><stop offset="1" stop-color="#e6dac6"/></linearGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="7"/></filter>
  </defs>
  <rect width="480" height="200" fill="url(#wall)"/>
  <rect y="186" width="480" height="134" fill="url(#table)"/>
  <ellipse cx="214" cy="264" rx="120" ry="18" fill="#4a3018" opacity=".45" filter="url(#soft)"/>
  <path d="M146 128c-46-6-62 26-56 56 5 28 30 42 62 36l-3-20c-21 3-35-4-38-22-3-19 8-33 32-30z" fill="url(#glaze)"/>
  <path d="M140 94l34 22 12-14 22 40 20-26 14 34 26-52 24-4c0 60-4 116-14 158-2 9-130 9-134 0-9-44-6-110-4-158z" fill="url(#glaze)"/>
  <path d="M140 94l34 22 12-14 22 40 20-26 14 34 26-52 24-4-1 9-19 4-30 58-16-36-19 27-23-42-10 12-33-20z" fill="url(#clay)"/>
  <path d="M208 142l-8 34 12 22-10 30" fill="none" stroke="#24475a" stroke-width="2.5"/>
  <path d="M212 198l22 8" fill="none" stroke="#24475a" stroke-width="2"/>
  <ellipse cx="372" cy="272" rx="66" ry="11" fill="#4a3018" opacity=".4" filter="url(#soft)"/>
  <path d="M322 246l40-24 32 20-18 28-44 2z" fill="url(#glaze)"/><path d="M322 246l40-24 3 7-37 23z" fill="url(#clay)"/>
  <path d="M398 262l22-14 16 16-22 12z" fill="url(#clay)"/><path d="M404 265l16-9 9 8-14 8z" fill="url(#glaze)"/>
  <path d="M292 276l16-8 8 12-16 6z" fill="url(#clay)"/><path d="M342 288l12-5 7 8-13 4z" fill="url(#glaze)"/>
  <path d="M442 284l10-4 4 7-9 3z" fill="url(#clay)"/>
</svg>`;

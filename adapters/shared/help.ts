/** What somebody means who says nothing but the bot's name: the slash command alone, as the parser knows it. */
export const ASKS_HELP = '/ticket';

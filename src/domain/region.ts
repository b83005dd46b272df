/** What stands at the beginning of addresses in China: provinces, and the cities that are one, by the name that nothing else there begins with. */
const PROVINCES = (
  '北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 ' +
  '内蒙古 广西 西藏 宁夏 新疆 香港 澳门'
).split(' ');

/** The province that an address begins with; null: it names none. */
export const regionOf = (address: string): string | null =>
  PROVINCES.find((province) => address.trimStart().replace(/^中国/u, '').startsWith(province)) ?? null;

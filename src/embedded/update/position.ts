/** Whether a component of an update's path can be an array index, which may have leading zeros here. */
export const isPosition = (name: string): boolean => /^\d{1,9}$/u.test(name);

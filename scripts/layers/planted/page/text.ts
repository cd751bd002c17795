export const text = "";

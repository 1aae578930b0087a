/** Is an index called by its name, and not by a word for what it shows ("moisture", "bare soil")? */
export const namesIndex = (text: string): boolean => /[a-z]{3,5}i\b|指数|index|exg|nbr|evi/.test(text);

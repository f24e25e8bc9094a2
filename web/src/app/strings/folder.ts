/** What the import says of folders. */
const many = (n: number): string => n.toLocaleString("en");

export const folder = {
  choose: "Choose a folder",
  walking: (n: number) => `Looking into folders: ${many(n)} files found`,
  tooMany: (most: number) => `These are more than ${many(most)} files, the most that are taken at once.`,
  remedy: "Nothing was sent. Import a part of them, or all as an archive below.",
  tooDeep: (most: number) => `lies more than ${many(most)} folders deep`,
  unreadable: "the browser cannot read it",
  otherKind: "is neither a picture nor a text, a table or a list of items",
  onlyTexts: "this project asks about no pictures",
};

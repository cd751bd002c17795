// What a request says before its body, in a single call from WebAssembly: each field that is asked for by itself is one more.

/** The method, the URL and the header fields, a line each: none of them can have a line break. */
export function headOf(request) {
  return `${request.method}\n${request.url}${fieldsIn(request.headers)}`;
}

/** The header fields, each after a line break. Of several with one name there is one, whose values are joined with a comma. */
export function fieldsIn(headers) {
  let fields = "";
  headers.forEach((value, name) => (fields += `\n${name}:${value}`));
  return fields;
}

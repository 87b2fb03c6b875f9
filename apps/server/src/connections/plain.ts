/** The fields of an answer class, without the class: what is answered is a plain object of this shape. */
export type Plain<T> = { readonly [Field in keyof T]: T[Field] };

/**
 * Statements that close a tenant's table: row-level security forced on everyone (the owner too), one policy for all
 * four verbs, and the runtime role's privileges. The setting is read once per statement (sub-select), and an unset or
 * emptied one matches no row.
 */
export function closeTenantTable(
  table: string,
  privileges = 'SELECT, INSERT, UPDATE, DELETE',
): readonly string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant ON ${table} TO rekomi_runtime
       USING (organization_id = (SELECT current_organization()))
       WITH CHECK (organization_id = (SELECT current_organization()))`,
    `GRANT ${privileges} ON ${table} TO rekomi_runtime`,
  ];
}

/** Lets the functions of `rekomi_lookup` see (or also change) rows before a tenant is known. */
export function openToLookup(
  table: string,
  verbs: readonly ('SELECT' | 'UPDATE' | 'DELETE')[],
): readonly string[] {
  return [
    `GRANT ${verbs.join(', ')} ON ${table} TO rekomi_lookup`,
    ...verbs.map(
      (verb) =>
        `CREATE POLICY lookup_${verb.toLowerCase()} ON ${table} FOR ${verb} TO rekomi_lookup USING (true)`,
    ),
  ];
}

/**
 * Makes a function run as `rekomi_lookup` with a fixed search path, callable by the runtime role only. A function
 * owned by the tables' owner would see nothing: FORCE ROW LEVEL SECURITY holds for the owner as well.
 */
export function ownByLookup(signature: string): readonly string[] {
  return [
    // Rights first: once the function is handed over, taking them away would be refused with no more than a warning.
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO rekomi_runtime`,
    // Becoming an owner takes CREATE on the schema, which nobody should keep.
    `GRANT CREATE ON SCHEMA public TO rekomi_lookup`,
    `ALTER FUNCTION ${signature} OWNER TO rekomi_lookup`,
    `REVOKE CREATE ON SCHEMA public FROM rekomi_lookup`,
  ];
}

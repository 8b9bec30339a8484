-- The mappings of an activity are public with it; the account that decided stands in the audit trail alone.
UPDATE activity SET provisions = (SELECT CAST(jsonb_agg(x.value - 'By' ORDER BY x.ord) AS TEXT) FROM jsonb_array_elements(CAST(provisions AS JSONB)) WITH ORDINALITY AS x (value, ord)) WHERE REPLACE(provisions, '"By":', '') <> provisions;
UPDATE activity SET forms = (SELECT CAST(jsonb_agg(x.value - 'By' ORDER BY x.ord) AS TEXT) FROM jsonb_array_elements(CAST(forms AS JSONB)) WITH ORDINALITY AS x (value, ord)) WHERE REPLACE(forms, '"By":', '') <> forms;

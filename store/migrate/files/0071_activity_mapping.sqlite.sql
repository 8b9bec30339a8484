-- The mappings of an activity are public with it; the account that decided stands in the audit trail alone.
UPDATE activity SET provisions = (SELECT json_group_array(json(json_remove(x.value, '$.By'))) FROM json_each(provisions) x) WHERE REPLACE(provisions, '"By":', '') <> provisions;
UPDATE activity SET forms = (SELECT json_group_array(json(json_remove(x.value, '$.By'))) FROM json_each(forms) x) WHERE REPLACE(forms, '"By":', '') <> forms;

-- Letters may go to a contact point, which has no account.
ALTER TABLE mail DROP CONSTRAINT mail_account_fkey;
ALTER TABLE mail ADD COLUMN contact TEXT NOT NULL DEFAULT '';

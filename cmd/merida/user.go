package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"merida/identity"
	"merida/lang"
	"merida/party"
)

// userArgs is what the user command asks of a store.
type userArgs struct {
	Do           string `json:"do"` // add, list, link, disable, enable
	ID           string `json:"id,omitempty"`
	Name         string `json:"name,omitempty"`
	Email        string `json:"email,omitempty"`
	Agency       string `json:"agency,omitempty"`
	Role         string `json:"role,omitempty"`
	Party        string `json:"party,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Lang         string `json:"lang,omitempty"`
	BaseURL      string `json:"base_url,omitempty"`
}

// userResult is what it is told.
type userResult struct {
	Accounts []userLine `json:"accounts"`
	Link     string     `json:"link,omitempty"`
}

type userLine struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Role         string `json:"role"`
	Party        string `json:"party,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Email        string `json:"email,omitempty"`
	Disabled     bool   `json:"disabled,omitempty"`
}

func (a *app) linkFor(ctx context.Context, baseURL string, account identity.Account, life time.Duration) (string, error) {
	secret, err := a.identity.NewLink(ctx, identity.OperatorActor(), account, life, false)
	if err != nil {
		return "", err
	}
	tag := account.Lang
	if !lang.IsOfficial(tag) {
		tag = "en"
	}
	return fmt.Sprintf("%s/%s/sign-in/%s", baseURL, tag, secret), nil
}

func userOperation(ctx context.Context, a *app, raw json.RawMessage, _ func(progress)) (any, error) {
	var u userArgs
	if err := json.Unmarshal(raw, &u); err != nil {
		return nil, err
	}
	var out userResult
	line := func(x identity.Account) {
		out.Accounts = append(out.Accounts, userLine{x.ID, x.Name, string(x.Role), string(x.Party), x.Organisation, x.Email, x.Disabled})
	}
	switch u.Do {
	case "add":
		if u.Party != "" {
			p, ok := a.parties.Lookup(u.Party)
			if !ok {
				return nil, fmt.Errorf("there is no party %q; give its ISO 3166-1 code", u.Party)
			}
			u.Party = string(p.ID)
		}
		x, err := a.identity.Add(ctx, identity.OperatorActor(), identity.Account{Name: u.Name, Email: u.Email, Agency: u.Agency, Role: identity.Role(u.Role),
			Party: party.ID(u.Party), Organisation: u.Organisation, Lang: lang.Tag(u.Lang)})
		if err != nil {
			return nil, err
		}
		line(x)
		out.Link, err = a.linkFor(ctx, u.BaseURL, x, identity.LinkLife)
		return out, err
	case "list":
		all, err := a.identity.Store.Accounts(ctx, identity.AccountFilter{})
		for _, x := range all {
			line(x)
		}
		return out, err
	case "link":
		x, err := a.identity.Store.Account(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		line(x)
		out.Link, err = a.linkFor(ctx, u.BaseURL, x, identity.LinkLife)
		return out, err
	case "disable", "enable":
		if err := a.identity.Disable(ctx, identity.OperatorActor(), u.ID, u.Do == "disable"); err != nil {
			return nil, err
		}
		x, err := a.identity.Store.Account(ctx, u.ID)
		line(x)
		return out, err
	}
	return nil, usage("there is no user %s", u.Do)
}

func userCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "user")
	var u userArgs
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	fs.StringVar(&u.Name, "name", "", "name of the person or office")
	fs.StringVar(&u.Email, "email", "", "mail address")
	fs.StringVar(&u.Agency, "agency", "", "agency of an official")
	fs.StringVar(&u.Role, "role", "", "officer, focal_point, approver, contributor, contact_point, provider, reviewer, administrator, auditor, org_contributor or mechanism_member")
	fs.StringVar(&u.Party, "party", "", "ISO 3166-1 code of the State")
	fs.StringVar(&u.Organisation, "organisation", "", "reference of a provider's organisation")
	fs.StringVar(&u.Lang, "lang", "", "language of the person: ar, zh, en, fr, ru or es")
	fs.StringVar(&u.BaseURL, "base-url", "http://localhost:8080", "address of the site, for the sign-in link")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return usage("say what to do: add, list, link ID, disable ID or enable ID")
	}
	u.Do = rest[0]
	switch {
	case u.Do == "link" || u.Do == "disable" || u.Do == "enable":
		if len(rest) != 2 {
			return usage("%s needs the id of an account; `merida user list` shows them", u.Do)
		}
		u.ID = rest[1]
	case u.Do != "add" && u.Do != "list" || len(rest) != 1:
		return usage("say what to do: add, list, link ID, disable ID or enable ID")
	}
	var out userResult
	if err := operate(ctx, e, *data, *database, "user", u, &out); err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	for _, x := range out.Accounts {
		state := ""
		if x.Disabled {
			state = " (disabled)"
		}
		fmt.Fprintf(e.out, "%s  %-16s %-3s %s%s\n", x.ID, x.Role, x.Party, x.Name, state)
	}
	if out.Link != "" {
		fmt.Fprintf(e.out, "Sign-in link, good for one use within seven days:\n  %s\n", out.Link)
	}
	return nil
}

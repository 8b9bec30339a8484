package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	mailaddress "net/mail"
	"strings"
	"time"
	"unicode"

	"merida/audit"
	"merida/fault"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
	"merida/mail"
	"merida/party"
)

// Account is a person in one role.
type Account struct {
	ID           string
	Email        string // lower case; may be empty in a demonstration
	Name         string
	Agency       string // for officials of a party
	Role         Role
	Party        party.ID
	Organisation string // IATI-like reference of a provider
	Lang         lang.Tag
	Disabled     bool
	CreatedAt    time.Time
}

// Actor is the account as it acts.
func (a Account) Actor() Actor {
	return Actor{Account: a.ID, Name: a.Name, Agency: a.Agency, Role: a.Role, Party: a.Party, Organisation: a.Organisation}
}

// Link is a sign-in link. Only the hash of its secret is kept.
type Link struct {
	Hash     string
	Account  string
	Expires  time.Time
	Reusable bool // demonstration only
}

// Session is a signed-in browser. Only the hash of its secret is kept.
type Session struct {
	Hash      string
	Account   string
	CreatedAt time.Time
	SeenAt    time.Time
}

// How long sessions and links live: a session for a working day at most, a link while a letter waits for its reader.
const (
	SessionIdle  = 30 * time.Minute
	SessionWhole = 12 * time.Hour
	LinkLife     = 7 * 24 * time.Hour
	FirstLink    = 24 * time.Hour // the link of the first administrator
)

// Store is what this package asks of persistence.
type Store interface {
	// AddAccount saves a new account. Conflict: the address has an account in that role already.
	AddAccount(ctx context.Context, a Account, trace audit.Trace) error
	// Account reads one account. NotFound where there is none.
	Account(ctx context.Context, id string) (Account, error)
	// Accounts lists accounts in the order of their making; zero fields of the filter do not narrow.
	Accounts(ctx context.Context, f AccountFilter) ([]Account, error)
	// SetDisabled closes an account or opens it again; closing ends its sessions and links.
	SetDisabled(ctx context.Context, id string, disabled bool, trace audit.Trace) error
	// Note saves a trace alone: letters to be written, with their audit entry.
	Note(ctx context.Context, trace audit.Trace) error
	// AddLink saves a link.
	AddLink(ctx context.Context, l Link, trace audit.Trace) error
	// LinkAccount reads the account of a link without using it up. NotFound: unknown, used or expired.
	LinkAccount(ctx context.Context, hash string, now time.Time) (Account, error)
	// UseLink uses a link up (unless reusable) and opens a session in one transaction. NotFound as LinkAccount.
	UseLink(ctx context.Context, hash string, now time.Time, s Session, trace func(Account) audit.Trace) (Account, error)
	// Session reads a session with its account. NotFound: unknown, or the account is disabled.
	Session(ctx context.Context, hash string) (Session, Account, error)
	// SeenSession notes when a session was last used.
	SeenSession(ctx context.Context, hash string, at time.Time) error
	// EndSession forgets a session.
	EndSession(ctx context.Context, hash string, trace audit.Trace) error
}

// AccountFilter narrows a list of accounts.
type AccountFilter struct {
	Party party.ID
	Role  Role
	Email string // in the stored form, lower case
}

// Service holds the acts on accounts and sessions.
type Service struct {
	Store Store
	Now   clock.Func
}

const (
	signIn  Act = "session.sign_in"
	signOut Act = "session.sign_out"
	askLink Act = "session.ask_link"
)

// AskLink has a link to sign in sent to every open account of an address; one
// address asks for one letter in ten minutes. Whether there is such an account is
// told to nobody: the answer is the same.
func (s *Service) AskLink(ctx context.Context, email, request string) error {
	email = strings.ToLower(strings.TrimSpace(email))
	if m, err := mailaddress.ParseAddress(email); err != nil || m.Address != email || len(email) > 254 {
		var bad fault.List
		bad.Add("email", "fault.not_an_address", nil)
		return bad.Err()
	}
	found, err := s.Store.Accounts(ctx, AccountFilter{Email: email})
	if err != nil {
		return err
	}
	now := s.Now()
	for _, a := range found {
		if a.Disabled {
			continue
		}
		actor := a.Actor()
		actor.Request.ID = request
		t := actor.Trace(now, askLink, a.Party, "account", a.ID, nil)
		t.Mail = []mail.Note{{Kind: mail.SignIn, Account: a.ID, Party: a.Party, Ref: "signin:" + now.UTC().Truncate(10*time.Minute).Format("200601021504")}}
		if err := s.Store.Note(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// HashSecret is the form in which secrets are kept.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Add makes an account. Denied: the actor may not. Invalid: a name or role is
// missing, an address is none, or a party's role has no party.
func (s *Service) Add(ctx context.Context, actor Actor, a Account) (Account, error) {
	return s.add(ctx, actor, a, nil)
}

func (s *Service) add(ctx context.Context, actor Actor, a Account, letter *mail.Note) (Account, error) {
	act := CreateAccount
	if a.Role == Contributor && actor.Role != Administrator && actor.Role != Operator {
		act = InviteContributor
	}
	if err := actor.Must(act, Scope{Party: a.Party}); err != nil {
		return a, err
	}
	var bad fault.List
	a.Name, a.Agency, a.Email = strings.TrimSpace(a.Name), strings.TrimSpace(a.Agency), strings.ToLower(strings.TrimSpace(a.Email))
	if a.Name == "" {
		bad.Add("name", "fault.required", nil)
	}
	if len(a.Name) > 200 || len(a.Agency) > 200 {
		bad.Add("name", "fault.too_long", fault.Args{"limit": 200, "length": max(len(a.Name), len(a.Agency))})
	}
	if strings.ContainsFunc(a.Name+a.Agency, unicode.IsControl) {
		bad.Add("name", "account.error.control", nil) // a line break in a name would end a header of a letter
	}
	if a.Email != "" {
		if m, err := mailaddress.ParseAddress(a.Email); err != nil || m.Address != a.Email || len(a.Email) > 254 {
			bad.Add("email", "fault.not_an_address", nil)
		}
	}
	known := false
	for _, r := range Roles {
		known = known || r == a.Role
	}
	if !known {
		bad.Add("role", "fault.unknown_choice", nil)
	}
	switch {
	case a.Role == Provider:
	case a.Role.OfParty() && a.Party == "":
		bad.Add("party", "fault.required", nil)
	case !a.Role.OfParty() && a.Party != "":
		bad.Add("party", "fault.role_of_no_party", nil)
	}
	if a.Organisation = strings.TrimSpace(a.Organisation); a.Role == Provider && a.Organisation == "" {
		bad.Add("organisation", "fault.required", nil) // whoever gives acts for somebody who can be named
	}
	if err := bad.Err(); err != nil {
		return a, err
	}
	now := s.Now()
	if a.ID == "" {
		a.ID = id.New(now)
	}
	a.CreatedAt = now
	t := actor.Trace(now, act, a.Party, "account", a.ID, map[string]string{"role": string(a.Role)})
	if letter != nil {
		letter.Account = a.ID
		t.Mail = append(t.Mail, *letter)
	}
	return a, s.Store.AddAccount(ctx, a, t)
}

// Invite makes an account by address and has a letter with a link sent to it, in one
// act. An open account of the same address, role and party is invited again instead.
// Denied: the actor may not invite. Invalid: there is no address, or Add refuses the account.
// Conflict: the address has an account of that role elsewhere, or it is closed.
func (s *Service) Invite(ctx context.Context, actor Actor, a Account, letter mail.Note) (Account, error) {
	if a.Email = strings.ToLower(strings.TrimSpace(a.Email)); a.Email == "" {
		var bad fault.List
		bad.Add("email", "fault.required", nil)
		return a, bad.Err()
	}
	if err := actor.Must(InviteContributor, Scope{Party: a.Party}); err != nil {
		return a, err
	}
	found, err := s.Store.Accounts(ctx, AccountFilter{Email: a.Email, Role: a.Role, Party: a.Party})
	if err != nil {
		return a, err
	}
	if len(found) == 1 && !found[0].Disabled {
		a = found[0]
		t := actor.Trace(s.Now(), InviteContributor, a.Party, "account", a.ID, map[string]string{"again": "1"})
		letter.Account = a.ID
		t.Mail = []mail.Note{letter}
		return a, s.Store.Note(ctx, t)
	}
	return s.add(ctx, actor, a, &letter)
}

// NewLink makes a sign-in link for an account and gives its secret, which is kept nowhere.
func (s *Service) NewLink(ctx context.Context, actor Actor, a Account, life time.Duration, reusable bool) (secret string, err error) {
	act := CreateAccount
	if a.Role == Contributor && actor.Role != Administrator && actor.Role != Operator {
		act = InviteContributor
	}
	if err := actor.Must(act, Scope{Party: a.Party}); err != nil {
		return "", err
	}
	secret = id.Secret()
	now := s.Now()
	l := Link{Hash: HashSecret(secret), Account: a.ID, Expires: now.Add(life), Reusable: reusable}
	return secret, s.Store.AddLink(ctx, l, actor.Trace(now, act, a.Party, "link", a.ID, nil))
}

// Peek tells whose link it is without using it up, so that the page can show a
// button: programs that scan mail follow links, but they do not press buttons.
func (s *Service) Peek(ctx context.Context, secret string) (Account, error) {
	return s.Store.LinkAccount(ctx, HashSecret(secret), s.Now())
}

// SignIn uses a link up and opens a session, whose secret it gives.
// NotFound: the link is unknown, used up or expired.
func (s *Service) SignIn(ctx context.Context, secret, request string) (session string, a Account, err error) {
	now := s.Now()
	session = id.Secret()
	a, err = s.Store.UseLink(ctx, HashSecret(secret), now, Session{Hash: HashSecret(session), CreatedAt: now, SeenAt: now},
		func(a Account) audit.Trace {
			actor := a.Actor()
			actor.Request.ID = request
			return actor.Trace(now, signIn, a.Party, "account", a.ID, nil)
		})
	return session, a, err
}

// Who tells who is signed in. Unauthenticated: nobody, or the session is over.
func (s *Service) Who(ctx context.Context, session string) (Actor, Account, error) {
	hash := HashSecret(session)
	ses, a, err := s.Store.Session(ctx, hash)
	if fault.Is(err, fault.NotFound) {
		return Actor{}, Account{}, fault.Of(fault.Unauthenticated)
	}
	if err != nil {
		return Actor{}, Account{}, err
	}
	now := s.Now()
	// Differences are taken both ways, so that a clock that was set back extends nothing.
	if idle := now.Sub(ses.SeenAt); idle > SessionIdle || now.Sub(ses.CreatedAt) > SessionWhole || idle < -SessionIdle {
		return Actor{}, Account{}, fault.Of(fault.Unauthenticated)
	} else if idle > time.Minute {
		if err := s.Store.SeenSession(ctx, hash, now); err != nil {
			return Actor{}, Account{}, err
		}
	}
	return a.Actor(), a, nil
}

// SignOut ends a session; an unknown one is ended already.
func (s *Service) SignOut(ctx context.Context, actor Actor, session string) error {
	return s.Store.EndSession(ctx, HashSecret(session), actor.Trace(s.Now(), signOut, actor.Party, "account", actor.Account, nil))
}

// Disable closes an account or opens it again.
func (s *Service) Disable(ctx context.Context, actor Actor, account string, disabled bool) error {
	a, err := s.Store.Account(ctx, account)
	if err != nil {
		return err
	}
	if err := actor.Must(DisableAccount, Scope{Party: a.Party}); err != nil {
		return err
	}
	return s.Store.SetDisabled(ctx, account, disabled, actor.Trace(s.Now(), DisableAccount, a.Party, "account", account, map[string]string{"disabled": map[bool]string{true: "1", false: "0"}[disabled]}))
}

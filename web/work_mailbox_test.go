package web

import (
	"net/url"
	"testing"

	"merida/identity"
)

// TestTheMailboxShowsLettersAndNoWords asks for a link, sees that a letter waits, and who may see that.
func TestTheMailboxShowsLettersAndNoWords(t *testing.T) {
	s := newTestSite(t)
	if _, err := s.Identity.Add(t.Context(), identity.OperatorActor(), identity.Account{Name: "Amina", Email: "amina@example.org", Role: identity.FocalPoint, Party: "QM", Lang: "ar"}); err != nil {
		t.Fatal(err)
	}
	has(t, s.public().page("/en/sign-in", 200), "Ask for a new link")
	known := s.public().post("/en/sign-in", url.Values{"email": {"amina@example.org"}})
	unknown := s.public().post("/en/sign-in", url.Values{"email": {"nobody@example.org"}})
	if known.Code != 303 || unknown.Code != 303 || known.Header().Get("Location") != unknown.Header().Get("Location") {
		t.Errorf("an address that is known is answered differently: %d %d", known.Code, unknown.Code)
	}
	has(t, s.public().page("/en/sign-in?asked=1", 200), "on its way")
	has(t, s.public().sends("/en/sign-in", 422, "email", "no address"), `value="no address"`)
	officer, admin := s.person(identity.Officer, ""), s.person(identity.Administrator, "")
	page := officer.page("/en/mailbox", 200)
	has(t, page, "Link to sign in", "Amina", "Waiting", "Quamara")
	lacks(t, page, "/sign-in/", "amina@example.org")
	has(t, admin.page("/en/mailbox.csv", 200), "sign_in")
	has(t, admin.page("/zh/mailbox?show=waiting", 200), "等待中")
	for _, role := range []identity.Role{identity.FocalPoint, identity.Approver, identity.Contributor} {
		s.person(role, "QM").page("/en/mailbox", 403)
	}
	if w := s.public().get("/en/mailbox"); w.Code != 401 {
		t.Errorf("the public: %d", w.Code)
	}
}

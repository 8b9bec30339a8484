package identity_test

import (
	"strings"
	"testing"

	"merida/identity"
	"merida/party"
	"merida/publication"
)

// sights says which classes each role sees, of its own party (QM) and of another
// (QN). The ladder is own < secretariat < reviewers < parties < public; a letter
// stands for each class in that order, a dot for one that is not seen.
const sights = `
role             own   other
public           ....U ....U
contributor      ....U ....U
focal_point      OSRPU ...PU
approver         OSRPU ...PU
contact_point    OSRPU ...PU
officer          .SRPU .SRPU
administrator    ....U ....U
provider         ...PU ...PU
reviewer         ..RPU ..RPU
auditor          ....U ....U
org_contributor  ....U ....U
mechanism_member ....U ....U
operator         ....U ....U
`

func TestSightAsOneTable(t *testing.T) {
	seen := map[identity.Role]bool{}
	for _, line := range strings.Split(strings.TrimSpace(sights), "\n")[1:] {
		f := strings.Fields(line)
		role := identity.Role(f[0])
		if f[0] == "public" {
			role = identity.Anonymous
		}
		seen[role] = true
		sight := actorOf(role).Sight()
		for i, p := range []party.ID{"QM", "QN"} {
			got := ""
			for j, c := range publication.Ladder {
				if sight.Sees(p, c) {
					got += string("OSRPU"[j])
				} else {
					got += "."
				}
			}
			if got != f[1+i] {
				t.Errorf("%s sees %s of party %s, should see %s", f[0], got, p, f[1+i])
			}
		}
	}
	for _, r := range append([]identity.Role{identity.Anonymous, identity.Operator}, identity.Roles...) {
		if !seen[r] {
			t.Errorf("the role %q has no row: write down what it sees", r)
		}
	}
}

func TestSightOfAContributorIsNarrowedToWhatIsAssigned(t *testing.T) {
	s := identity.Actor{Account: me, Role: identity.Contributor, Party: "QM"}.Sight()
	if s.Party != "QM" || s.Assigned != me || s.Floor != publication.Public {
		t.Errorf("sight %+v", s)
	}
}

func TestSightOfAProvider(t *testing.T) {
	body := identity.Actor{Account: me, Role: identity.Provider, Organisation: "XM-1"}.Sight()
	if body.Sees("QM", publication.Parties) || body.Organisation != "XM-1" {
		t.Errorf("an organisation that is no party reads what parties share with each other: %+v", body)
	}
	donor := identity.Actor{Account: me, Role: identity.Provider, Party: "QN", Organisation: "XM-2"}.Sight()
	if !donor.Sees("QM", publication.Parties) || donor.Sees("QN", publication.Own) {
		t.Errorf("a donor State: %+v", donor)
	}
}

func TestTheZeroSightSeesWhatIsPublicAndNothingElse(t *testing.T) {
	var s identity.Sight
	for _, c := range publication.Ladder {
		if got := s.Sees("QM", c); got != (c == publication.Public) {
			t.Errorf("the zero sight and class %s: %v", c, got)
		}
	}
	for _, c := range []publication.Class{"", "everyone", "PUBLIC"} {
		if s.Sees("QM", c) || s.Sees("", c) {
			t.Errorf("the unknown class %q is seen", c)
		}
	}
	if s.Sees("", publication.Own) {
		t.Error("the zero sight sees an own record of no party")
	}
	if (identity.Sight{Floor: "everything"}).MinRank() != publication.Public.Rank() {
		t.Error("an unknown floor widens the sight")
	}
}

package identity_test

import (
	"slices"
	"strings"
	"testing"

	"merida/fault"
	"merida/identity"
	"merida/party"
)

// rights is what the design grants, written down a second time and by hand, so
// that a slip in policy.go does not become the rule. Columns are roles, rows are
// acts. A cell says over which records:
//
//	.     none
//	all   every record
//	own   records of the actor's party
//	asg   records of the actor's party that are assigned to the actor
//	org   records of the actor's organisation
//	mbr   records of a mechanism in which the actor sits
//	4eyes records of the actor's party that somebody else edited last
//
// An act without a row, or a role without a column, fails the test.
const rights = `
act                  public contributor focal_point approver contact_point officer administrator provider reviewer auditor org_contributor mechanism_member operator
answer.edit          .      .           own         .        .             .       .             .        .        .       .               .                .
answer.propose       .      asg         .           .        .             .       .             .        .        .       .               .                .
answer.comment       .      asg         own         own      .             all     .             .        all      .       .               .                .
answer.assign        .      .           own         own      .             .       .             .        .        .       .               .                .
proposal.resolve     .      .           own         .        .             .       .             .        .        .       .               .                .
assessment.propose   .      .           own         .        .             .       .             .        .        .       .               .                .
assessment.submit    .      .           .           own      .             .       .             .        .        .       .               .                .
answer.find          .      .           .           .        .             all     .             .        all      .       .               .                .
answer.return        .      .           .           .        .             all     .             .        all      .       .               .                .
publication.publish  .      .           .           4eyes    .             .       .             .        .        .       .               .                .
publication.withdraw .      .           .           own      .             .       .             .        .        .       .               .                .
measure.add          .      own         own         own      own           .       .             .        .        .       .               .                .
measure.editorial    .      .           .           .        .             all     .             .        .        .       all             .                all
mapping.add          .      own         own         own      .             all     .             .        .        .       all             .                all
mapping.suggest      .      .           .           .        .             all     .             all      all      .       all             .                all
mapping.refuse       .      own         own         own      .             all     .             .        .        .       all             .                all
mapping.remove       .      own         own         own      .             all     .             .        .        .       all             .                all
mapping.validate     .      .           .           own      .             .       .             .        .        .       .               .                .
measure.validate     .      .           .           own      .             .       .             .        .        .       .               .                .
measure.publish      .      .           .           own      .             .       .             .        .        .       .               .                .
need.draft           .      asg         own         own      own           .       .             .        .        .       .               .                .
need.publish         .      .           .           own      .             .       .             .        .        .       .               .                .
activity.record      .      .           own         .        own           .       .             org      .        .       .               .                .
activity.editorial   .      .           .           .        .             all     .             .        .        .       .               .                all
activity.state       .      .           own         own      own           .       .             .        .        .       .               .                .
need.link            .      .           own         own      own           all     .             all      .        .       .               .                .
contact.keep         .      .           own         own      own           all     .             .        .        .       .               .                .
mechanism.keep       .      .           .           .        .             all     .             .        .        .       .               .                .
mechanism.convene    .      .           mbr         mbr      mbr           all     .             mbr      mbr      .       mbr             mbr              .
answer.release       .      .           .           own      .             .       .             .        .        .       .               .                .
clearing.request     .      .           own         own      own           .       .             .        .        .       .               .                .
clearing.offer       .      .           own         own      own           .       .             org      .        .       .               .                .
clearing.authenticate .     .           .           own      own           all     .             .        .        .       .               .                .
clearing.acknowledge .      .           .           .        .             all     .             .        .        .       .               .                .
clearing.circulate   .      .           own         own      own           .       .             org      .        .       .               .                .
clearing.answer      .      .           own         own      own           .       .             org      .        .       .               .                .
clearing.conclude    .      .           own         own      own           all     .             org      .        .       .               .                .
clearing.report      .      .           own         own      own           .       .             org      .        .       .               .                .
clearing.publish     .      .           .           own      .             .       .             org      .        .       .               .                .
clearing.withdraw    .      .           own         own      own           .       .             org      .        .       .               .                .
clearing.run         .      .           .           .        .             .       .             .        .        .       .               .                all
clearing.schedule    .      .           .           .        .             all     .             .        .        .       .               .                .
clearing.calendar    .      .           own         own      own           all     .             .        .        .       .               .                .
search.save          .      all         all         all      all           all     all           all      all      all     all             all              .
follow.keep          .      all         all         all      all           all     all           all      all      all     all             all              .
follow.tell          .      .           .           .        .             .       .             .        .        .       .               .                all
edition.prepare      .      .           .           .        .             all     .             .        .        .       .               .                all
edition.table        .      .           .           .        .             all     .             .        .        .       .               .                .
edition.approve      .      .           .           .        .             .       all           .        .        .       .               .                all
edition.retire       .      .           .           .        .             all     .             .        .        .       .               .                .
round.open           .      .           .           .        .             all     .             .        .        .       .               .                .
round.extend         .      .           .           .        .             all     .             .        .        .       .               .                .
round.migrate        .      .           .           .        .             all     .             .        .        .       .               .                .
round.remind         .      .           .           .        .             all     .             .        .        .       .               .                all
mail.read            .      .           .           .        .             all     all           .        .        .       .               .                .
round.follow         .      .           .           .        .             all     .             .        .        .       .               .                .
import.run           .      .           .           .        .             all     .             .        .        .       .               .                all
import.undo          .      .           .           .        .             all     .             .        .        .       .               .                all
account.invite       .      .           own         own      .             .       .             .        .        .       .               .                .
account.hand_over    .      .           own         own      .             .       .             .        .        .       .               .                .
account.create       .      .           .           .        .             .       all           .        .        .       .               .                all
account.disable      .      .           .           .        .             .       all           .        .        .       .               .                all
settings.change      .      .           .           .        .             .       all           .        .        .       .               .                .
audit.read           .      .           .           .        .             .       .             .        .        all     .               .                .
audit.read_own       .      .           own         own      .             .       .             .        .        all     .               .                .
`

// situation is a record as it stands to an actor of party QM and organisation XM-1.
type situation struct {
	name           string
	own, asg, last bool // of the actor's party; assigned to the actor; last edited by the actor
	org            bool // of the actor's organisation
	mbr            bool // of a mechanism in which the actor sits
	scope          identity.Scope
}

const me = "account-1"

var situations = []situation{
	{name: "own party", own: true, scope: identity.Scope{Party: "QM", LastEditor: "account-2"}},
	{name: "own party, assigned", own: true, asg: true, scope: identity.Scope{Party: "QM", Assigned: true, LastEditor: "account-2"}},
	{name: "own party, last editor", own: true, last: true, scope: identity.Scope{Party: "QM", LastEditor: me}},
	{name: "own party, assigned, last editor", own: true, asg: true, last: true, scope: identity.Scope{Party: "QM", Assigned: true, LastEditor: me}},
	{name: "other party", scope: identity.Scope{Party: "QN", LastEditor: "account-3"}},
	{name: "other party, assigned", scope: identity.Scope{Party: "QN", Assigned: true}},
	{name: "own organisation", org: true, scope: identity.Scope{Organisation: "XM-1"}},
	{name: "other organisation", scope: identity.Scope{Organisation: "XM-2"}},
	{name: "other party, own organisation", org: true, scope: identity.Scope{Party: "QN", Organisation: "XM-1"}},
	{name: "no party", scope: identity.Scope{}},
	{name: "own mechanism", mbr: true, scope: identity.Scope{Member: true}},
}

// granted reads a cell for a situation.
func granted(t *testing.T, cell string, s situation) bool {
	switch cell {
	case ".":
		return false
	case "all":
		return true
	case "own":
		return s.own
	case "asg":
		return s.own && s.asg
	case "org":
		return s.org
	case "mbr":
		return s.mbr
	case "4eyes":
		return s.own && !s.last
	}
	t.Fatalf("the table of the test has the unknown cell %q", cell)
	return false
}

func TestPolicyAsOneTable(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(rights), "\n")
	columns := strings.Fields(lines[0])[1:]
	var roles []identity.Role
	for _, c := range columns {
		if c == "public" {
			roles = append(roles, identity.Anonymous)
		} else {
			roles = append(roles, identity.Role(c))
		}
	}
	for _, r := range append([]identity.Role{identity.Anonymous, identity.Operator}, identity.Roles...) {
		if !slices.Contains(roles, r) {
			t.Errorf("the role %q has no column: write down what it may do", r)
		}
	}
	if len(roles) != len(identity.Roles)+2 {
		t.Errorf("%d columns for %d roles, the public and the operator", len(roles), len(identity.Roles))
	}
	table := map[identity.Act][]string{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != len(columns)+1 {
			t.Fatalf("the row of %s has %d cells for %d roles", cells[0], len(cells)-1, len(columns))
		}
		if table[identity.Act(cells[0])] != nil {
			t.Errorf("%s has two rows", cells[0])
		}
		table[identity.Act(cells[0])] = cells[1:]
	}
	acts := identity.Acts()
	for act := range table {
		if !slices.Contains(acts, act) {
			t.Errorf("the act %s of this table is not in the policy", act)
		}
	}
	cases := 0
	for _, act := range acts {
		cells, ok := table[act]
		if !ok {
			t.Errorf("the act %s has no row: write down who may do it", act)
			continue
		}
		for i, role := range roles {
			for _, s := range situations {
				cases++
				actor := actorOf(role)
				want, got := granted(t, cells[i], s), actor.May(act, s.scope)
				if got != want {
					t.Errorf("%s by %s on a record of %s: allowed %v, should be %v", act, columns[i], s.name, got, want)
				}
				checkMust(t, actor, act, s, cells, want)
			}
		}
	}
	t.Logf("%d acts x %d roles x %d situations = %d cases", len(acts), len(roles), len(situations), cases)
}

// actorOf gives an actor with everything that the role could use, and a party and
// an organisation even where the role has none: a role that may not, may not by
// chance of its data either.
func actorOf(role identity.Role) identity.Actor {
	if role == identity.Anonymous {
		return identity.Actor{}
	}
	return identity.Actor{Account: me, Role: role, Party: "QM", Organisation: "XM-1"}
}

// checkMust holds the kind of the refusal: who is not signed in learns that; a
// stranger learns nothing of records on which their own party acts; others learn that they may not.
func checkMust(t *testing.T, actor identity.Actor, act identity.Act, s situation, row []string, allowed bool) {
	t.Helper()
	err := actor.Must(act, s.scope)
	if allowed {
		if err != nil {
			t.Errorf("%s by %s on a record of %s is allowed and refused: %v", act, actor.Role, s.name, err)
		}
		return
	}
	want := fault.Denied
	switch {
	case actor.Role == identity.Anonymous:
		want = fault.Unauthenticated
	case s.scope.Party != "" && !s.own && slices.ContainsFunc(row, func(cell string) bool { return cell == "own" || cell == "asg" || cell == "4eyes" }):
		want = fault.NotFound
	}
	if !fault.Is(err, want) {
		t.Errorf("%s by %s on a record of %s: %v, should be %v", act, actor.Role, s.name, err, want)
	}
}

func TestNobodyPublishesForAPartyButItsApprover(t *testing.T) {
	publishing := []identity.Act{identity.Submit, identity.Publish, identity.Withdraw, identity.PublishMeasure, identity.PublishNeed, identity.ValidateMeasure, identity.ValidateMapping}
	for _, role := range append([]identity.Role{identity.Anonymous, identity.Operator}, identity.Roles...) {
		for _, act := range publishing {
			for _, p := range []party.ID{"QM", "QN", ""} {
				may := actorOf(role).May(act, identity.Scope{Party: p, LastEditor: "account-2"})
				if want := role == identity.Approver && p == "QM"; may != want {
					t.Errorf("%s by %q for %q: %v", act, role, p, may)
				}
			}
		}
	}
}

func TestAnActorWithoutPartyReachesNoRecordWithoutParty(t *testing.T) {
	// Two empty parties are equal as text; they must not count as the same party.
	for _, role := range identity.Roles {
		a := identity.Actor{Account: me, Role: role}
		for _, act := range []identity.Act{identity.EditAnswer, identity.Contribute, identity.Publish, identity.RecordActivity, identity.DraftNeed, identity.InviteContributor} {
			if a.May(act, identity.Scope{Assigned: true}) {
				t.Errorf("%s without party and organisation may do %s on a record of nobody", role, act)
			}
		}
	}
}

func TestAnUnknownActOrRoleMayNothing(t *testing.T) {
	if (identity.Actor{Account: me, Role: identity.Officer}).May("answer.rewrite_history", identity.Scope{}) {
		t.Error("an act without a rule is allowed")
	}
	for _, act := range identity.Acts() {
		if (identity.Actor{Account: me, Role: "emperor", Party: "QM", Organisation: "XM-1"}).May(act, identity.Scope{Party: "QM", Organisation: "XM-1", Assigned: true}) {
			t.Errorf("an unknown role may do %s", act)
		}
	}
}

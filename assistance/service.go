package assistance

import (
	"context"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"merida/assessment"
	"merida/audit"
	"merida/codelist"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	sid "merida/internal/id"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// Service holds the acts that a person or a command can do on needs and activities.
type Service struct {
	Store Store
	Board *Board // of the same store
	Terms Terms
	Now   clock.Func
}

// DraftNeed records a need of a party, seen by the party alone. origin is the zero value
// for a need entered by hand; a line of an answer gives one need however often it is drafted.
// Denied or NotFound: the actor does not work for the party. Invalid: see Terms.Draft.
func (s *Service) DraftNeed(ctx context.Context, actor identity.Actor, p party.ID, c NeedContent, origin Origin) (Need, error) {
	if err := actor.Must(identity.DraftNeed, NewNeed(p)); err != nil {
		return Need{}, err
	}
	c.Status, c.Outcome = Open, nil
	c, err := s.Terms.Draft(c)
	if err != nil {
		return Need{}, err
	}
	if origin.Answer != "" {
		if n, err := s.Store.NeedOf(ctx, actor.Sight(), origin.Answer, origin.Line); err == nil || !fault.Is(err, fault.NotFound) {
			return n, err
		}
	}
	now := s.Now()
	n := Need{ID: NeedID(sid.New(now)), Party: p, NeedContent: c, Origin: origin, Class: publication.Own, Rev: 1, Hash: c.Hash(),
		Author: actor.Account, CreatedAt: now, ChangedAt: now, LastEditor: actor.Account}
	trace := actor.Trace(now, identity.DraftNeed, p, "need", string(n.ID), detail("answer", origin.Answer))
	trace.Result = string(n.ID)
	got, err := s.Store.AddNeed(ctx, n, n.version(actor), trace)
	if origin.Answer != "" && fault.Is(err, fault.Conflict) { // somebody drafted the same line meanwhile
		if have, missed := s.Store.NeedOf(ctx, actor.Sight(), origin.Answer, origin.Line); missed == nil {
			return have, nil
		}
	}
	if err != nil || got == n.ID {
		return n, err
	}
	return s.Store.Need(ctx, actor.Sight(), got)
}

// DraftFromAnswer records a need out of the wanted assistance on a line (from 1) of an answer's version.
// The same line again gives the need that exists. Invalid: there is no such line, or see Terms.Draft:
// the line does not say what is wanted.
func (s *Service) DraftFromAnswer(ctx context.Context, actor identity.Actor, a assessment.Answer, v assessment.Version, line int) (Need, error) {
	if line < 1 || line > len(v.Content.Wanted) {
		var bad fault.List
		bad.Add("line", "fault.unknown_choice", nil)
		return Need{}, bad.Err()
	}
	return s.DraftNeed(ctx, actor, a.Party, FromWanted(a.Provision, v.Content.Lang, v.Content.Wanted[line-1]),
		Origin{Answer: string(a.ID), Version: v.N, Line: line})
}

func (n Need) version(actor identity.Actor) NeedVersion {
	return NeedVersion{N: n.Rev, Content: n.NeedContent, Hash: n.Hash, At: n.ChangedAt, By: actor.Account, ByName: actor.Name}
}

// change runs fn on a need whose newest version the actor saw as rev.
func (s *Service) change(ctx context.Context, actor identity.Actor, id NeedID, rev int64, act identity.Act, fn func(*NeedChange) (map[string]string, error)) error {
	_, err := s.Store.ChangeNeed(ctx, id, actor.Once(), func(c *NeedChange) (audit.Trace, error) {
		if err := actor.Must(act, c.Need.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if rev != c.Need.Rev {
			return audit.Trace{}, fault.New(fault.Conflict, "need.changed", nil)
		}
		d, err := fn(c)
		if err != nil {
			return audit.Trace{}, err
		}
		return actor.Trace(s.Now(), act, c.Need.Party, "need", string(id), d), nil
	})
	if fault.Is(err, fault.Denied) { // who does not see the need does not learn that there is one
		if _, unseen := s.Store.Need(ctx, actor.Sight(), id); unseen != nil {
			return unseen
		}
	}
	return err
}

// save appends a version with the new content; it stays with the party until it is published.
func (s *Service) save(actor identity.Actor, c *NeedChange, content NeedContent) {
	now := s.Now()
	c.Need.NeedContent, c.Need.Hash = content, content.Hash()
	c.Need.Rev, c.Need.ChangedAt, c.Need.LastEditor = c.Need.Rev+1, now, actor.Account
	v := c.Need.version(actor)
	c.NewVersion = &v
}

// draft brings content to its stored form: as a draft while only the party has seen the need, whole
// once others have, since a published need must not lose what makes it one.
func (s *Service) draft(n Need, c NeedContent) (NeedContent, error) {
	if n.Shown > 0 {
		return s.Terms.Check(c)
	}
	return s.Terms.Draft(c)
}

// EditNeed saves a new version of a need's words; its status stays. The same content changes nothing.
// Conflict: rev is stale, or the need was withdrawn.
func (s *Service) EditNeed(ctx context.Context, actor identity.Actor, id NeedID, rev int64, content NeedContent) error {
	return s.change(ctx, actor, id, rev, identity.DraftNeed, func(c *NeedChange) (map[string]string, error) {
		if c.Need.Status == Withdrawn {
			return nil, fault.New(fault.Conflict, "need.error.withdrawn", nil)
		}
		content := content
		content.Status, content.Outcome = c.Need.Status, c.Need.Outcome
		content, err := s.draft(c.Need, content)
		if err != nil {
			return nil, err
		}
		if !content.Equal(c.Need.NeedContent) {
			s.save(actor, c, content)
		}
		return detail("rev", fmt.Sprint(c.Need.Rev)), nil
	})
}

// FollowNeed records what has become of a need: open again, being met, or met with its outcome.
// To withdraw it is another act. Invalid: met without an outcome.
func (s *Service) FollowNeed(ctx context.Context, actor identity.Actor, id NeedID, rev int64, status NeedStatus, outcome lang.Text) error {
	return s.change(ctx, actor, id, rev, identity.DraftNeed, func(c *NeedChange) (map[string]string, error) {
		if c.Need.Status == Withdrawn {
			return nil, fault.New(fault.Conflict, "need.error.withdrawn", nil)
		}
		content := c.Need.NeedContent
		content.Status, content.Outcome = status, outcome
		if status == Withdrawn {
			var bad fault.List
			bad.Add("status", "fault.unknown_choice", nil)
			return nil, bad.Err()
		}
		content, err := s.draft(c.Need, content)
		if err != nil {
			return nil, err
		}
		s.save(actor, c, content)
		return detail("status", string(status)), nil
	})
}

// PublishNeed shows the newest version to a class of readers; for the public a frozen copy is made.
// Denied: the actor is no approver of the party. Invalid: the class is not wider than the party
// itself, or narrower than what readers have already. Conflict: rev is stale, or the need was withdrawn.
func (s *Service) PublishNeed(ctx context.Context, actor identity.Actor, id NeedID, rev int64, class publication.Class) error {
	return s.change(ctx, actor, id, rev, identity.PublishNeed, func(c *NeedChange) (map[string]string, error) {
		if c.Need.Status == Withdrawn {
			return nil, fault.New(fault.Conflict, "need.error.withdrawn", nil)
		}
		if class.Rank() <= publication.Own.Rank() || class.Rank() < c.Need.Class.Rank() {
			var bad fault.List
			bad.Add("class", "need.error.class", nil)
			return nil, bad.Err()
		}
		if _, err := s.Terms.Check(c.Need.NeedContent); err != nil {
			return nil, err
		}
		c.Need.Class, c.Need.Shown, c.Need.PublishedAt, c.Show = class, c.Need.Rev, s.Now(), true
		return map[string]string{"class": string(class), "rev": fmt.Sprint(rev), "hash": c.Need.Hash}, nil
	})
}

// WithdrawNeed ends a need that is no longer asked for, with its outcome. Where readers had seen
// it, a tombstone stays: provisions, form, dates and outcome without the words; that takes the approver.
func (s *Service) WithdrawNeed(ctx context.Context, actor identity.Actor, id NeedID, rev int64, outcome lang.Text) error {
	return s.change(ctx, actor, id, rev, identity.DraftNeed, func(c *NeedChange) (map[string]string, error) {
		if c.Need.Status == Withdrawn {
			return nil, fault.New(fault.Conflict, "need.error.withdrawn", nil)
		}
		content := c.Need.NeedContent
		content.Status, content.Outcome = Withdrawn, outcome
		content, err := s.draft(c.Need, content)
		if err != nil {
			return nil, err
		}
		now := s.Now()
		if c.Need.Shown > 0 {
			if err := actor.Must(identity.PublishNeed, identity.Scope{Party: c.Need.Party, LastEditor: c.Need.LastEditor}); err != nil {
				return nil, err
			}
			content = NeedContent{Provisions: content.Provisions, Form: content.Form, Status: Withdrawn, Outcome: content.Outcome}
		}
		s.save(actor, c, content)
		c.Need.WithdrawnAt = now
		if c.Need.Shown > 0 {
			c.Need.Shown, c.Show = c.Need.Rev, true
		}
		return detail("status", string(Withdrawn)), nil
	})
}

// Link says that an activity serves a need; a link that stands already stays as it is.
// NotFound: the actor does not see both. Denied: the actor may not link needs of this party.
func (s *Service) Link(ctx context.Context, actor identity.Actor, need NeedID, activity ActivityID, note lang.Text) (LinkID, error) {
	var bad fault.List
	note = cleanText(&bad, "note", note)
	if err := bad.Err(); err != nil {
		return "", err
	}
	if _, err := s.Store.Need(ctx, actor.Sight(), need); err != nil {
		return "", err
	}
	if _, err := s.Store.Activity(ctx, actor.Sight(), activity); err != nil {
		return "", err
	}
	made, err := s.Store.ChangeNeed(ctx, need, actor.Once(), func(c *NeedChange) (audit.Trace, error) {
		if err := actor.Must(identity.LinkNeedActivity, identity.Scope{Party: c.Need.Party}); err != nil {
			return audit.Trace{}, err
		}
		if c.Need.Status == Withdrawn {
			return audit.Trace{}, fault.New(fault.Conflict, "need.error.withdrawn", nil)
		}
		now := s.Now()
		if i := slices.IndexFunc(c.Links, func(l Link) bool { return l.Activity == activity && l.Standing() }); i >= 0 {
			return audit.Trace{Result: string(c.Links[i].ID)}, nil
		}
		made := LinkID(sid.New(now))
		c.PutLink = &Link{ID: made, Need: need, Activity: activity, Note: note, By: actor.Account, Role: string(actor.Role), Party: actor.Party,
			Organisation: actor.Organisation, At: now}
		trace := actor.Trace(now, identity.LinkNeedActivity, c.Need.Party, "need", string(need), map[string]string{"activity": string(activity), "link": string(made)})
		trace.Result = string(made)
		return trace, nil
	})
	return LinkID(made), err
}

// Unlink takes a link back; it stays on record with who undid it. The party may undo any link of
// its need, others their own. NotFound: there is no such standing link.
func (s *Service) Unlink(ctx context.Context, actor identity.Actor, need NeedID, link LinkID) error {
	if _, err := s.Store.Need(ctx, actor.Sight(), need); err != nil {
		return err
	}
	_, err := s.Store.ChangeNeed(ctx, need, actor.Once(), func(c *NeedChange) (audit.Trace, error) {
		if err := actor.Must(identity.LinkNeedActivity, identity.Scope{Party: c.Need.Party}); err != nil {
			return audit.Trace{}, err
		}
		i := slices.IndexFunc(c.Links, func(l Link) bool { return l.ID == link && l.Standing() })
		if i < 0 {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		l := c.Links[i]
		if actor.Party != c.Need.Party && l.By != actor.Account {
			return audit.Trace{}, fault.New(fault.Denied, "", fault.Args{"act": string(identity.LinkNeedActivity)})
		}
		now := s.Now()
		l.UndoneBy, l.UndoneAt = actor.Account, now
		c.PutLink = &l
		return actor.Trace(now, identity.LinkNeedActivity, c.Need.Party, "need", string(need), map[string]string{"activity": string(l.Activity), "link": string(link), "undone": "1"}), nil
	})
	return err
}

// ActivityDraft is what a person states about an activity. Dates, money and codes are as in the IATI standard.
type ActivityDraft struct {
	IATIIdentifier string
	Content
	Provisions []convention.ID
	Forms      []string
}

// RecordActivity records what a person states. A provider records for its organisation and an officer
// editorially: public at once, marked with the source. A State's contact or focal point records what the
// State receives or gives, for the State alone until the approver publishes it. Invalid: each field that breaks a rule.
func (s *Service) RecordActivity(ctx context.Context, actor identity.Actor, in ActivityDraft) (ActivityID, error) {
	a := Activity{Class: publication.Public}
	var act identity.Act
	var scope identity.Scope
	switch {
	case actor.Organisation != "" && actor.May(identity.RecordActivity, identity.Scope{Organisation: actor.Organisation}):
		a.Source, a.Organisation = FromProvider, actor.Organisation
		act, scope = identity.RecordActivity, identity.Scope{Organisation: actor.Organisation}
	case actor.Party != "":
		a.Source, a.Party, a.Class = FromParty, actor.Party, publication.Own
		act, scope = identity.RecordActivity, identity.Scope{Party: actor.Party}
	default:
		a.Source, act = FromSecretariat, identity.EditActivity
	}
	if err := actor.Must(act, scope); err != nil {
		return "", err
	}
	now := s.Now()
	a.ID, a.Rev, a.CreatedAt, a.ChangedAt = ActivityID(sid.New(now)), 1, now, now
	if err := s.fill(&a, in); err != nil {
		return "", err
	}
	if a.Reporter.Ref == "" && a.Reporter.Name.Empty() {
		a.Reporter.Ref = a.Organisation
	}
	trace := actor.Trace(now, act, a.Party, "activity", string(a.ID), detail("source", string(a.Source)))
	trace.Result = string(a.ID)
	return s.Store.AddActivity(ctx, a, trace)
}

// CheckActivity tells what RecordActivity or EditActivity would refuse of a record of a source, without recording it.
func (s *Service) CheckActivity(source Source, p party.ID, in ActivityDraft) error {
	a := Activity{Source: source, Party: p}
	return s.fill(&a, in)
}

// fill checks what was stated and puts it into the record.
func (s *Service) fill(a *Activity, in ActivityDraft) error {
	var bad fault.List
	c := in.Content
	c.Titles = cleanText(&bad, "title", c.Titles)
	if c.Titles.Empty() {
		bad.Add("title", "fault.required", nil)
	}
	for i := range c.Descriptions {
		c.Descriptions[i].Text = cleanText(&bad, "description", c.Descriptions[i].Text)
	}
	c.Descriptions = slices.DeleteFunc(c.Descriptions, func(d Description) bool { return d.Text.Empty() })
	if len(c.Recipients) == 0 && len(c.Regions) == 0 {
		bad.Add("recipient", "fault.required", nil)
	}
	for i, r := range c.Recipients {
		if !r.Party.Valid() {
			bad.Add("recipient", "fault.unknown_choice", nil)
		}
		if r.Stated == "" {
			c.Recipients[i].Stated = "activity"
		}
	}
	for _, d := range c.Dates {
		if d.On == "" || !d.On.Valid() {
			bad.Add("date", "fault.not_a_date", nil)
		}
	}
	a.From, a.To = Span(c.Dates)
	if a.From != "" && a.To != "" && a.To < a.From {
		bad.Add("to", "need.error.backwards", nil)
	}
	for i := range c.Orgs {
		c.Orgs[i].Name = cleanText(&bad, "organisation", c.Orgs[i].Name)
	}
	c.Orgs = slices.DeleteFunc(c.Orgs, func(o Org) bool { return o.Ref == "" && o.Name.Empty() })
	s.code(&bad, "status", "activity-status", c.Status)
	money := func(b []Budget) {
		for i, x := range b {
			if !Decimal(x.Money.Value) {
				bad.Add("value", "fault.not_a_number", nil)
			}
			if x.Money.Currency == "" {
				b[i].Money.Currency = c.Currency
			}
			s.code(&bad, "currency", "currency", b[i].Money.Currency)
			if b[i].Money.Currency == "" {
				bad.Add("currency", "fault.required", nil)
			}
		}
	}
	money(c.Budgets)
	money(c.Planned)
	for name, n := range map[string]int{"recipient": len(c.Recipients), "organisation": len(c.Orgs), "date": len(c.Dates), "value": len(c.Budgets) + len(c.Planned) + len(c.Transactions), "description": len(c.Descriptions)} {
		if n > MaxRows {
			bad.Add(name, "fault.too_many", fault.Args{"limit": MaxRows})
		}
	}
	if c.Cooperation != "" && !slices.Contains(Cooperations, c.Cooperation) {
		bad.Add("cooperation", "fault.unknown_choice", nil)
	}
	for i := range c.Places {
		c.Places[i].Name = cleanText(&bad, "place", c.Places[i].Name)
	}
	for i := range c.Contacts {
		c.Contacts[i].Person = cleanText(&bad, "contact", c.Contacts[i].Person)
		for _, e := range c.Contacts[i].Emails {
			if m, err := mail.ParseAddress(e); err != nil || m.Address != e || len(e) > 254 {
				bad.Add("email", "fault.not_an_address", nil)
			}
		}
	}
	for _, o := range c.Orgs {
		s.code(&bad, "type", "organisation-type", o.Type)
	}
	provisions := s.Terms.provisions(&bad, in.Provisions)
	now := s.Now()
	stated := func(have []Mapping, m Mapping) Mapping {
		if i := slices.IndexFunc(have, func(x Mapping) bool { return x.Provision == m.Provision && x.Form == m.Form && x.Status == Confirmed }); i >= 0 {
			return have[i]
		}
		m.Status, m.At = Confirmed, now
		return m
	}
	var mapped, forms []Mapping
	for _, p := range provisions {
		mapped = append(mapped, stated(a.Provisions, Mapping{Provision: p}))
	}
	for _, f := range in.Forms {
		s.Terms.form(&bad, f)
		forms = append(forms, stated(a.Forms, Mapping{Form: f}))
	}
	if len(forms) > MaxForms {
		bad.Add("form", "fault.too_many", fault.Args{"limit": MaxForms})
	}
	a.IATIIdentifier = strings.TrimSpace(in.IATIIdentifier)
	a.Content, a.Provisions, a.Forms = c, mapped, forms
	if a.Source == FromParty && len(c.Recipients)+len(c.Regions) > 0 && !c.Receives(a.Party) && !c.givenBy(a.Party) {
		bad.Add("recipient", "activity.error.not_of_state", nil)
	}
	return bad.Err()
}

func (s *Service) code(bad *fault.List, field string, list codelist.ID, code string) {
	if code == "" {
		return
	}
	if _, ok := s.Terms.Lists.Get(list, code); !ok {
		bad.Add(field, "fault.unknown_choice", nil)
	}
}

// may asks whether the actor keeps this record: its organisation's, its party's, or as an officer.
// A party's record that is public is changed by its approver alone, since the change is public at once.
func (a Activity) must(actor identity.Actor) (identity.Act, error) {
	switch a.Source {
	case FromProvider:
		if actor.May(identity.EditActivity, identity.Scope{}) {
			return identity.EditActivity, nil
		}
		return identity.RecordActivity, actor.Must(identity.RecordActivity, identity.Scope{Organisation: a.Organisation})
	case FromParty:
		if a.Class != publication.Own {
			return identity.PublishNeed, actor.Must(identity.PublishNeed, identity.Scope{Party: a.Party})
		}
		if actor.Party != a.Party {
			return "", fault.Of(fault.NotFound)
		}
		return identity.RecordActivity, actor.Must(identity.RecordActivity, identity.Scope{Party: a.Party})
	case FromSecretariat:
		return identity.EditActivity, actor.Must(identity.EditActivity, identity.Scope{})
	}
	// What a publisher wrote is changed by its next file alone.
	return "", fault.New(fault.Denied, "activity.error.iati", nil)
}

// MayEdit reports why the actor may not edit the record; nil when EditActivity would let it in.
func (a Activity) MayEdit(actor identity.Actor) error {
	_, err := a.must(actor)
	return err
}

// EditActivity changes a record that was made here. Conflict: rev is stale.
// Denied: the record is kept by others, or came from an IATI file.
func (s *Service) EditActivity(ctx context.Context, actor identity.Actor, id ActivityID, rev int64, in ActivityDraft) error {
	_, err := s.Store.ChangeActivity(ctx, id, actor.Once(), func(c *ActivityChange) (audit.Trace, error) {
		act, err := c.Activity.must(actor)
		if err != nil {
			return audit.Trace{}, err
		}
		if rev != c.Activity.Rev {
			return audit.Trace{}, fault.New(fault.Conflict, "activity.changed", nil)
		}
		reporter := c.Activity.Reporter
		if err := s.fill(&c.Activity, in); err != nil {
			return audit.Trace{}, err
		}
		if c.Activity.Reporter.Ref == "" && c.Activity.Reporter.Name.Empty() {
			c.Activity.Reporter = reporter
		}
		now := s.Now()
		c.Activity.Rev, c.Activity.ChangedAt, c.Save = rev+1, now, true
		return actor.Trace(now, act, c.Activity.Party, "activity", string(id), detail("rev", fmt.Sprint(rev+1))), nil
	})
	return err
}

// PublishActivity makes a record that a State keeps public. Denied: the actor is no approver of the
// State. Conflict: rev is stale.
func (s *Service) PublishActivity(ctx context.Context, actor identity.Actor, id ActivityID, rev int64) error {
	_, err := s.Store.ChangeActivity(ctx, id, actor.Once(), func(c *ActivityChange) (audit.Trace, error) {
		if c.Activity.Source != FromParty {
			return audit.Trace{}, fault.New(fault.Conflict, "activity.error.public", nil)
		}
		if err := actor.Must(identity.PublishNeed, identity.Scope{Party: c.Activity.Party}); err != nil {
			return audit.Trace{}, err
		}
		if rev != c.Activity.Rev {
			return audit.Trace{}, fault.New(fault.Conflict, "activity.changed", nil)
		}
		now := s.Now()
		c.Activity.Class, c.Activity.PublishedAt, c.Save = publication.Public, now, true
		return actor.Trace(now, identity.PublishNeed, c.Activity.Party, "activity", string(id), detail("class", string(publication.Public))), nil
	})
	return err
}

// Map records what a person decides about a provision (or, where provision is empty, a form) of an
// activity: status is Confirmed or Rejected. Allowed are officers, the record's provider, and officials
// of a State that receives. Invalid: unknown provision or form, or another status.
func (s *Service) Map(ctx context.Context, actor identity.Actor, id ActivityID, provision convention.ID, form string, status MappingStatus) error {
	var bad fault.List
	if provision != "" {
		s.Terms.provisions(&bad, []convention.ID{provision})
		form = ""
	} else {
		s.Terms.form(&bad, form)
	}
	if status != Confirmed && status != Rejected {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if _, err := s.Store.Activity(ctx, actor.Sight(), id); err != nil {
		return err
	}
	_, err := s.Store.ChangeActivity(ctx, id, actor.Once(), func(c *ActivityChange) (audit.Trace, error) {
		act, err := s.mayMap(actor, c.Activity)
		if err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		list := &c.Activity.Provisions
		if form != "" {
			list = &c.Activity.Forms
		}
		m := Mapping{Provision: provision, Form: form}
		i := slices.IndexFunc(*list, func(x Mapping) bool { return x.Provision == provision && x.Form == form })
		if i >= 0 {
			m = (*list)[i]
		}
		m.Status, m.At = status, now
		*list = slices.Clone(*list)
		if i >= 0 {
			(*list)[i] = m
		} else {
			*list = append(*list, m)
		}
		c.Activity.ChangedAt, c.Save = now, true
		return actor.Trace(now, act, actor.Party, "activity", string(id), map[string]string{"provision": string(provision), "form": form, "status": string(status)}), nil
	})
	return err
}

func (s *Service) mayMap(actor identity.Actor, a Activity) (identity.Act, error) {
	if actor.May(identity.EditActivity, identity.Scope{}) {
		return identity.EditActivity, nil
	}
	side, scope, ok := a.speaksFor(actor)
	switch {
	case ok && side == ProviderSide:
		return identity.RecordActivity, actor.Must(identity.RecordActivity, scope)
	case ok:
		return identity.StateOnActivity, actor.Must(identity.StateOnActivity, scope)
	case a.Party != "" && a.Party == actor.Party:
		return identity.StateOnActivity, actor.Must(identity.StateOnActivity, identity.Scope{Party: a.Party})
	}
	return "", actor.Must(identity.EditActivity, identity.Scope{})
}

// State records what one side says about an activity. The provider's word is editorial and public at
// once; what a State says is its own until PublishStatement. Denied: the record names the actor's
// organisation or State on neither side. Invalid: a kind that the side does not use, or no words where words are needed.
func (s *Service) State(ctx context.Context, actor identity.Actor, id ActivityID, kind StatementKind, text lang.Text) (StatementID, error) {
	var bad fault.List
	text = cleanText(&bad, "text", text)
	if text.Empty() && kind != Confirms {
		bad.Add("text", "fault.required", nil)
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	if _, err := s.Store.Activity(ctx, actor.Sight(), id); err != nil {
		return "", err
	}
	made, err := s.Store.ChangeActivity(ctx, id, actor.Once(), func(c *ActivityChange) (audit.Trace, error) {
		side, scope, ok := c.Activity.speaksFor(actor)
		act := identity.StateOnActivity
		if side == ProviderSide {
			act = identity.RecordActivity
		}
		if !ok {
			return audit.Trace{}, actor.Must(act, identity.Scope{}) // no role holds these without a scope
		}
		if err := actor.Must(act, scope); err != nil {
			return audit.Trace{}, err
		}
		if (kind == Says) != (side == ProviderSide) || !slices.Contains([]StatementKind{Says, Confirms, Disputes, Adds}, kind) {
			var bad fault.List
			bad.Add("kind", "fault.unknown_choice", nil)
			return audit.Trace{}, bad.Err()
		}
		now := s.Now()
		made := StatementID(sid.New(now))
		st := Statement{ID: made, Activity: id, Side: side, Kind: kind, Text: text, Party: scope.Party, Organisation: scope.Organisation,
			Class: publication.Own, By: actor.Account, ByName: actor.Name, At: now, Rev: c.Activity.Rev}
		if side == ProviderSide {
			st.Class = publication.Public
		}
		c.PutStatement = &st
		trace := actor.Trace(now, act, scope.Party, "activity", string(id), map[string]string{"statement": string(made), "kind": string(kind)})
		trace.Result = string(made)
		return trace, nil
	})
	return StatementID(made), err
}

// PublishStatement makes what a State said public. Denied: the actor is no approver of the State, or
// said it alone. NotFound: there is no such statement.
func (s *Service) PublishStatement(ctx context.Context, actor identity.Actor, id ActivityID, statement StatementID) error {
	_, err := s.Store.ChangeActivity(ctx, id, actor.Once(), func(c *ActivityChange) (audit.Trace, error) {
		i := slices.IndexFunc(c.Statements, func(x Statement) bool { return x.ID == statement && x.Party != "" })
		if i < 0 {
			return audit.Trace{}, fault.Of(fault.NotFound)
		}
		st := c.Statements[i]
		if err := actor.Must(identity.Publish, identity.Scope{Party: st.Party, LastEditor: st.By}); err != nil {
			return audit.Trace{}, err
		}
		st.Class = publication.Public
		c.PutStatement = &st
		return actor.Trace(s.Now(), identity.Publish, st.Party, "activity", string(id), detail("statement", string(statement))), nil
	})
	return err
}

// detail makes the details of a trace, without empty ones.
func detail(pairs ...string) map[string]string {
	d := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		d[pairs[i]] = pairs[i+1]
	}
	maps.DeleteFunc(d, func(_, v string) bool { return v == "" })
	return d
}

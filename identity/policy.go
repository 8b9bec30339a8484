package identity

// Act is something that a person or the operator can do. Reading is not an act:
// what may be read is decided by Sight.
type Act string

const (
	EditAnswer      Act = "answer.edit"      // write the party's own line of an answer
	Contribute      Act = "answer.propose"   // write a contribution that is kept apart
	CommentAnswer   Act = "answer.comment"   // write beside an answer
	AssignAnswer    Act = "answer.assign"    // give provisions to an agency
	ResolveProposal Act = "proposal.resolve" // accept or return a contribution
	ProposeAnswers  Act = "assessment.propose"
	Submit          Act = "assessment.submit"
	ReturnAnswer    Act = "answer.return"
	RecordFinding   Act = "answer.find" // write an observation or a recommendation
	Publish         Act = "publication.publish"
	Withdraw        Act = "publication.withdraw"

	AddMeasure       Act = "measure.add"       // for the actor's party
	AddEditorial     Act = "measure.editorial" // about any jurisdiction, marked with its source
	MapMeasure       Act = "mapping.add"
	SuggestMapping   Act = "mapping.suggest"
	RefuseMapping    Act = "mapping.refuse"   // a suggestion, so that it is not offered again
	RemoveMapping    Act = "mapping.remove"   // one that no State validated
	ValidateMapping  Act = "mapping.validate" // the State holds the mapping to be right
	ValidateMeasure  Act = "measure.validate" // the State says that the record is right
	PublishMeasure   Act = "measure.publish"
	DraftNeed        Act = "need.draft"
	PublishNeed      Act = "need.publish"
	RecordActivity   Act = "activity.record"    // of the actor's own organisation, or for the actor's State
	EditActivity     Act = "activity.editorial" // by the secretariat or an import
	StateOnActivity  Act = "activity.state"     // confirm, dispute or add, for the beneficiary
	LinkNeedActivity Act = "need.link"
	KeepContacts     Act = "contact.keep"
	SaveSearch       Act = "search.save" // the actor's own: nobody else sees it

	FollowChanges Act = "follow.keep" // the actor's own: what is followed, how often letters come, what was seen
	SendDigests   Act = "follow.tell" // note letters and webhooks of what changed

	KeepMechanism    Act = "mechanism.keep"    // found a coordination body, give seats in it
	ConveneMechanism Act = "mechanism.convene" // call its meetings, keep its list of actions
	ReleaseAnswer    Act = "answer.release"    // let a mechanism's members read a submitted answer

	SendRequest       Act = "clearing.request"      // ask for assistance in the name of the actor's State
	SendOffer         Act = "clearing.offer"        // of the actor's State or organisation
	AuthenticateCase  Act = "clearing.authenticate" // a request or an offer is what it seems
	AcknowledgeCase   Act = "clearing.acknowledge"
	DecideCirculation Act = "clearing.circulate" // object to it, or let it go before its time
	AnswerCase        Act = "clearing.answer"    // for the actor's State or organisation
	ConcludeAnswers   Act = "clearing.conclude"  // end the time to answer
	ReportOutcome     Act = "clearing.report"    // say what came of it
	PublishCase       Act = "clearing.publish"
	WithdrawCase      Act = "clearing.withdraw"
	RunClocks         Act = "clearing.run"      // what the schedule does when a time has run out
	KeepSchedule      Act = "clearing.schedule" // the periods of requests and offers to come
	KeepCalendar      Act = "clearing.calendar" // working days of the actor's State, or of the secretariat

	PrepareEdition Act = "edition.prepare"
	TableEdition   Act = "edition.table" // put a draft before the Conference
	ApproveEdition Act = "edition.approve"
	RetireEdition  Act = "edition.retire"
	OpenRound      Act = "round.open"
	FollowRound    Act = "round.follow"  // see the progress of every party
	RemindParties  Act = "round.remind"  // write to who has not done what a deadline asks
	ReadMailbox    Act = "mail.read"     // see which letters went out or wait, never their words
	ExtendDeadline Act = "round.extend"  // grant one State a later date
	MigrateRound   Act = "round.migrate" // open it on another edition and take the answers along, or undo that
	Import         Act = "import.run"
	UndoImport     Act = "import.undo"

	InviteContributor Act = "account.invite" // contributors of one's own party
	CreateAccount     Act = "account.create"
	DisableAccount    Act = "account.disable"
	HandOverWork      Act = "account.hand_over" // pass a departing contributor's work on and close the account
	ChangeSettings    Act = "settings.change"
	ReadAudit         Act = "audit.read"
	ReadOwnAudit      Act = "audit.read_own"
)

// reach says over which records a role may do an act.
type reach uint8

const (
	never        reach = iota
	always             // whatever the record
	own                // records of the actor's party
	assigned           // records of the actor's party that are assigned to the actor
	organisation       // records of the actor's organisation
	notLast            // own, and somebody else edited last (four eyes)
	member             // records of a mechanism in which the actor sits
)

func (r reach) holds(a Actor, s Scope) bool {
	switch r {
	case always:
		return true
	case own:
		return a.Party != "" && a.Party == s.Party
	case assigned:
		return a.Party != "" && a.Party == s.Party && s.Assigned
	case organisation:
		return a.Organisation != "" && a.Organisation == s.Organisation
	case member:
		return a.Account != "" && s.Member
	case notLast:
		return a.Party != "" && a.Party == s.Party && a.Account != s.LastEditor
	}
	return false
}

// rule is a row of the table: what each role may reach; a role that is not named never may.
type rule map[Role]reach

// ofParties reports whether parties do the act on records of their own: a stranger
// then learns nothing from asking, not even that the record exists.
func (r rule) ofParties() bool {
	for _, x := range r {
		if x == own || x == assigned || x == notLast {
			return true
		}
	}
	return false
}

// policy is the whole permission table: the focal point prepares, the approver
// submits and publishes. Nobody publishes for a party but its approver; nobody acts as
// another; nobody edits or deletes versions or audit entries: there is no act for it.
var policy = map[Act]rule{
	EditAnswer:      {FocalPoint: own},
	Contribute:      {Contributor: assigned},
	CommentAnswer:   {FocalPoint: own, Approver: own, Contributor: assigned, Officer: always, Reviewer: always},
	AssignAnswer:    {FocalPoint: own, Approver: own},
	ResolveProposal: {FocalPoint: own},
	ProposeAnswers:  {FocalPoint: own},
	Submit:          {Approver: own},
	RecordFinding:   {Officer: always, Reviewer: always},
	ReturnAnswer:    {Officer: always, Reviewer: always},
	Publish:         {Approver: notLast},
	Withdraw:        {Approver: own},

	AddMeasure:       {Contributor: own, FocalPoint: own, Approver: own, ContactPoint: own},
	AddEditorial:     {Officer: always, OrgContributor: always, Operator: always},
	MapMeasure:       {Contributor: own, FocalPoint: own, Approver: own, Officer: always, OrgContributor: always, Operator: always},
	SuggestMapping:   {Provider: always, Reviewer: always, Officer: always, OrgContributor: always, Operator: always},
	RefuseMapping:    {Contributor: own, FocalPoint: own, Approver: own, Officer: always, OrgContributor: always, Operator: always},
	RemoveMapping:    {Contributor: own, FocalPoint: own, Approver: own, Officer: always, OrgContributor: always, Operator: always},
	ValidateMapping:  {Approver: own},
	ValidateMeasure:  {Approver: own},
	PublishMeasure:   {Approver: own},
	DraftNeed:        {FocalPoint: own, Approver: own, ContactPoint: own, Contributor: assigned}, // a contributor writes what the contributor drafted
	PublishNeed:      {Approver: own},
	RecordActivity:   {Provider: organisation, ContactPoint: own, FocalPoint: own}, // the approver makes a State's record public
	EditActivity:     {Officer: always, Operator: always},
	StateOnActivity:  {ContactPoint: own, Approver: own, FocalPoint: own},
	LinkNeedActivity: {Provider: always, ContactPoint: own, Approver: own, FocalPoint: own, Officer: always},
	KeepContacts:     {ContactPoint: own, FocalPoint: own, Approver: own, Officer: always},

	KeepMechanism:     {Officer: always},
	ConveneMechanism:  {Officer: always, MechanismMember: member, ContactPoint: member, FocalPoint: member, Approver: member, Provider: member, OrgContributor: member, Reviewer: member},
	ReleaseAnswer:     {Approver: own},
	SendRequest:       {FocalPoint: own, Approver: own, ContactPoint: own},
	SendOffer:         {FocalPoint: own, Approver: own, ContactPoint: own, Provider: organisation},
	AuthenticateCase:  {ContactPoint: own, Approver: own, Officer: always},
	AcknowledgeCase:   {Officer: always},
	DecideCirculation: {FocalPoint: own, Approver: own, ContactPoint: own, Provider: organisation},
	AnswerCase:        {FocalPoint: own, Approver: own, ContactPoint: own, Provider: organisation},
	ConcludeAnswers:   {FocalPoint: own, Approver: own, ContactPoint: own, Provider: organisation, Officer: always},
	ReportOutcome:     {FocalPoint: own, Approver: own, ContactPoint: own, Provider: organisation},
	PublishCase:       {Approver: own, Provider: organisation},
	WithdrawCase:      {FocalPoint: own, Approver: own, ContactPoint: own, Provider: organisation},
	RunClocks:         {Operator: always},
	KeepSchedule:      {Officer: always},
	KeepCalendar:      {FocalPoint: own, Approver: own, ContactPoint: own, Officer: always},

	SaveSearch: {Contributor: always, FocalPoint: always, Approver: always, ContactPoint: always, Officer: always, Administrator: always, Provider: always,
		Reviewer: always, Auditor: always, OrgContributor: always, MechanismMember: always},
	FollowChanges: {Contributor: always, FocalPoint: always, Approver: always, ContactPoint: always, Officer: always, Administrator: always, Provider: always,
		Reviewer: always, Auditor: always, OrgContributor: always, MechanismMember: always},
	SendDigests: {Operator: always},

	PrepareEdition: {Officer: always, Operator: always},
	TableEdition:   {Officer: always},
	ApproveEdition: {Administrator: always, Operator: always},
	RetireEdition:  {Officer: always},
	OpenRound:      {Officer: always},
	FollowRound:    {Officer: always},
	RemindParties:  {Officer: always, Operator: always},
	ReadMailbox:    {Officer: always, Administrator: always},
	ExtendDeadline: {Officer: always},
	MigrateRound:   {Officer: always},
	Import:         {Officer: always, Operator: always},
	UndoImport:     {Officer: always, Operator: always},

	InviteContributor: {FocalPoint: own, Approver: own},
	CreateAccount:     {Administrator: always, Operator: always},
	HandOverWork:      {FocalPoint: own, Approver: own},
	DisableAccount:    {Administrator: always, Operator: always},
	ChangeSettings:    {Administrator: always},
	ReadAudit:         {Auditor: always},
	ReadOwnAudit:      {FocalPoint: own, Approver: own, Auditor: always},
}

// Acts lists every act of the table.
func Acts() []Act {
	out := make([]Act, 0, len(policy))
	for a := range policy {
		out = append(out, a)
	}
	return out
}

package iati

import "merida/convention"

// rule proposes provisions or forms for activities. A word ending in * matches the
// beginning of a word; all words are compared folded, in whichever language a text says it is,
// since publishers often mark the wrong one.
type rule struct {
	sector     string // purpose code of the DAC, vocabularies 1 and 2
	words      []string
	provisions []convention.ID
	form       string // code of list ta-form
	// strong words in a title make an activity one to look at, whatever its sector; others
	// count only where the sector is one of public governance (151xx) or a strong word stands.
	strong bool
}

// governance is the beginning of the purpose codes of government and civil society. Source: OECD DAC.
const governance = "151"

// rules is the whole of what is proposed. Words are English, French and Spanish.
var rules = []rule{
	// Source: OECD DAC, purpose code 15113, anti-corruption organisations and institutions.
	{sector: "15113", provisions: []convention.ID{"uncac/art_6", "uncac/art_36"}},
	// Source: purpose codes 15111 public finance management, 15125 public procurement, 15130 legal and judicial development.
	{sector: "15125", provisions: []convention.ID{"uncac/art_9"}},

	{strong: true, provisions: []convention.ID{"uncac/art_5"}, words: []string{
		"anti-corruption", "anticorruption", "corruption", "anticorrupcion", "corrupcion", "lutte contre la corruption", "uncac", "cnucc", "cnuccc"}},
	{strong: true, provisions: []convention.ID{"uncac/art_9"}, words: []string{
		"public procurement", "government procurement", "marches publics", "passation des marches", "contratacion publica", "contrataciones publicas", "compras publicas"}},
	{provisions: []convention.ID{"uncac/art_9"}, words: []string{
		"procurement", "audit", "audits", "auditing", "supreme audit", "public finance management", "budget transparency", "budget", "auditoria*", "contraloria", "presupuesto*", "cour des comptes", "finances publiques"}},
	{strong: true, provisions: []convention.ID{"uncac/art_51"}, words: []string{
		"asset recovery", "recovery of assets", "stolen asset*", "recouvrement d'avoirs", "recouvrement des avoirs", "recuperacion de activos"}},
	{strong: true, provisions: []convention.ID{"uncac/art_14", "uncac/art_23"}, words: []string{
		"money laundering", "money-laundering", "anti-money laundering", "blanchiment", "blanqueo de dinero", "blanqueo de capitales", "lavado de dinero", "lavado de activos", "financial intelligence unit"}},
	{strong: true, provisions: []convention.ID{"uncac/art_33"}, words: []string{
		"whistleblower*", "whistle-blower*", "whistleblowing", "lanceur d'alerte", "lanceurs d'alerte", "denunciante*", "protection of reporting persons"}},
	{strong: true, provisions: []convention.ID{"uncac/art_46"}, words: []string{
		"mutual legal assistance", "entraide judiciaire", "asistencia judicial reciproca", "asistencia legal mutua"}},
	{provisions: []convention.ID{"uncac/art_11"}, words: []string{
		"judiciary", "judicial", "judges", "prosecutor*", "judiciaire*", "magistrat*", "poder judicial", "judicatura", "jueces", "fiscalia*"}},
	{strong: true, provisions: []convention.ID{"uncac/art_15"}, words: []string{"bribery", "bribe*", "soborno*", "cohecho"}},
	{strong: true, provisions: []convention.ID{"uncac/art_13"}, words: []string{
		"access to information", "freedom of information", "right to information", "acces a l'information", "acceso a la informacion"}},

	{form: "training", words: []string{"training*", "workshop*", "formation", "formations", "atelier*", "capacitacion*", "taller", "talleres"}},
	{form: "capacity-building", words: []string{"capacity building", "capacity-building", "capacity development", "renforcement des capacites", "fortalecimiento de capacidades", "desarrollo de capacidades"}},
	{form: "legislative-drafting", words: []string{"legislative drafting", "drafting of legislation", "drafting of laws", "redaction legislative", "redaction de lois", "redaccion legislativa", "elaboracion de leyes"}},
	{form: "legal-advice", words: []string{"legal advice", "legal advisory", "conseil juridique", "conseils juridiques", "asesoramiento juridico", "asesoria legal", "asesoria juridica"}},
	{form: "equipment-systems", words: []string{"equipment", "equipement*", "materiel informatique", "equipamiento", "equipos informaticos", "information system*", "systeme d'information", "systemes d'information", "sistema de informacion", "sistemas de informacion"}},
	{form: "institution-building", words: []string{"institution building", "institution-building", "institutional strengthening", "renforcement institutionnel", "fortalecimiento institucional"}},
}

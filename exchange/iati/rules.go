package iati

import (
	"merida/convention"
	"merida/lang"
)

// byLang is what is looked for, by language. A * at an end of a word stands for any letters there:
// "prosecutor*" finds prosecutors, "*الفساد" finds it behind a joined particle. Chinese is found anywhere.
type byLang map[lang.Tag][]string

// rule proposes provisions or a form of assistance for activities. Words are compared folded (case, accents,
// vowel signs) and in whichever language a text says it is, since publishers often mark the wrong one.
type rule struct {
	sector     string // purpose code of the DAC, vocabularies 1 and 2
	words      byLang
	provisions []convention.ID
	form       string // code of list ta-form
	// strong words in a title make an activity one to look at, whatever its sector; other words count
	// only where a sector is one of governance or a strong word stands.
	strong bool
}

// governance is the group of purpose codes of government and civil society; of its codes, those
// that the code list calls core or related count. Source: OECD DAC, list dac-purpose-governance.
const governance = "151"

// rules is the whole of what is proposed. The choice of words and provisions is ours.
var rules = []rule{
	// Purpose codes: anti-corruption organisations and institutions, public finance management,
	// national audit, public procurement, judicial affairs.
	{sector: "15113", provisions: []convention.ID{"uncac/art_6", "uncac/art_36"}},
	{sector: "15111", provisions: []convention.ID{"uncac/art_9/para_2"}},
	{sector: "15118", provisions: []convention.ID{"uncac/art_9/para_2"}},
	{sector: "15125", provisions: []convention.ID{"uncac/art_9/para_1"}},
	{sector: "15134", provisions: []convention.ID{"uncac/art_11"}},

	{strong: true, provisions: []convention.ID{"uncac/art_5"}, words: byLang{
		"ar": {"*الفساد"},
		"zh": {"腐败", "反腐", "贪污"},
		"en": {"anti-corruption", "anticorruption", "corruption", "uncac"},
		"fr": {"anticorruption", "lutte contre la corruption", "cnucc", "cnuccc"},
		"ru": {"коррупци*", "антикоррупцион*"},
		"es": {"anticorrupcion", "corrupcion"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_8"}, words: byLang{
		"ar": {"*تضارب المصالح", "*مدونة قواعد السلوك", "*الذمة المالية"},
		"zh": {"利益冲突", "行为守则", "财产申报"},
		"en": {"conflict of interest*", "conflicts of interest*", "code of conduct", "codes of conduct", "asset declaration*", "declaration of assets"},
		"fr": {"conflit d'intérêts", "conflits d'intérêts", "code de conduite", "codes de conduite", "déclaration de patrimoine", "déclarations de patrimoine"},
		"ru": {"конфликт интересов", "конфликта интересов", "конфликтов интересов", "кодекс поведения", "кодексы поведения"},
		"es": {"conflicto de intereses", "conflictos de intereses", "código de conducta", "códigos de conducta", "declaración patrimonial", "declaraciones patrimoniales"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_9/para_1"}, words: byLang{
		"ar": {"*المشتريات العمومية", "*المشتريات الحكومية", "*المشتريات العامة"},
		"zh": {"公共采购", "政府采购"},
		"en": {"public procurement", "government procurement"},
		"fr": {"marchés publics", "passation des marchés"},
		"ru": {"государственные закупки", "государственных закупок", "публичные закупки", "публичных закупок"},
		"es": {"contratación pública", "contrataciones públicas", "compras públicas"}}},
	{provisions: []convention.ID{"uncac/art_9/para_2"}, words: byLang{
		"ar": {"*مراجعة الحسابات", "*المالية العامة", "*ديوان المحاسبة"},
		"zh": {"审计", "公共财政", "预算"},
		"en": {"audit", "audits", "auditing", "auditor*", "public finance management", "public financial management", "budget transparency", "budgeting"},
		"fr": {"cour des comptes", "finances publiques", "contrôle budgétaire", "audit", "audits"},
		"ru": {"аудит*", "счетная палата", "счетной палаты", "государственные финансы", "государственных финансов"},
		"es": {"auditoría*", "contraloría*", "finanzas públicas", "presupuesto*"}}},
	{provisions: []convention.ID{"uncac/art_11"}, words: byLang{
		"ar": {"*القضاء", "*السلطة القضائية", "*النيابة العامة"},
		"zh": {"司法机关", "司法机构", "法官", "检察"},
		"en": {"judiciary", "judicial", "judge", "judges", "prosecutor*", "prosecution service*"},
		"fr": {"judiciaire*", "magistrat*", "juges", "procureur*"},
		"ru": {"судебн*", "судей", "судьи", "прокур*"},
		"es": {"poder judicial", "judicatura", "jueces", "fiscalía*", "fiscales"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_10", "uncac/art_13"}, words: byLang{
		"ar": {"*الحصول على المعلومات", "*الوصول الى المعلومات"},
		"zh": {"信息公开", "获取信息"},
		"en": {"access to information", "freedom of information", "right to information"},
		"fr": {"accès à l'information", "accès aux informations"},
		"ru": {"доступ к информации", "доступа к информации"},
		"es": {"acceso a la información"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_14", "uncac/art_23"}, words: byLang{
		"ar": {"*غسل الاموال", "*غسيل الاموال"},
		"zh": {"洗钱"},
		"en": {"money laundering", "financial intelligence unit*"},
		"fr": {"blanchiment", "cellule de renseignement financier"},
		"ru": {"отмывани*", "финансовая разведка", "финансовой разведки"},
		"es": {"blanqueo de dinero", "blanqueo de capitales", "lavado de dinero", "lavado de activos", "inteligencia financiera"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_15"}, words: byLang{
		"ar": {"*الرشوة"},
		"zh": {"贿赂"},
		"en": {"bribery", "bribe*"},
		"fr": {"pots de vin", "pot de vin"},
		"ru": {"взяточничеств*", "подкуп*"},
		"es": {"soborno*", "cohecho"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_33"}, words: byLang{
		"ar": {"*حماية المبلغين", "*المبلغين عن المخالفات"},
		"zh": {"举报人"},
		"en": {"whistleblow*", "whistle blow*", "protection of reporting persons"},
		"fr": {"lanceur d'alerte", "lanceurs d'alerte", "lanceuses d'alerte"},
		"ru": {"защита заявителей", "защиты заявителей", "осведомител*"},
		"es": {"denunciante*"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_44"}, words: byLang{
		"ar": {"*تسليم المجرمين", "*تسليم المطلوبين"},
		"zh": {"引渡"},
		"en": {"extradition*"},
		"fr": {"extradition*"},
		"ru": {"экстрадици*", "выдача преступников", "выдачи преступников"},
		"es": {"extradición*", "extradiciones"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_46"}, words: byLang{
		"ar": {"*المساعدة القانونية المتبادلة"},
		"zh": {"司法协助"},
		"en": {"mutual legal assistance"},
		"fr": {"entraide judiciaire"},
		"ru": {"взаимная правовая помощь", "взаимной правовой помощи", "взаимную правовую помощь"},
		"es": {"asistencia judicial recíproca", "asistencia legal mutua", "asistencia judicial mutua"}}},
	{strong: true, provisions: []convention.ID{"uncac/art_51"}, words: byLang{
		"ar": {"*استرداد الموجودات", "*استرداد الاصول"},
		"zh": {"资产追回", "追回资产", "追缴资产"},
		"en": {"asset recovery", "recovery of assets", "stolen asset*"},
		"fr": {"recouvrement d'avoirs", "recouvrement des avoirs", "avoirs volés"},
		"ru": {"возвращение активов", "возвращения активов", "возвращению активов", "возврат активов"},
		"es": {"recuperación de activos", "activos robados"}}},

	{form: "legal-advice", words: byLang{
		"ar": {"*المشورة القانونية"},
		"zh": {"法律咨询"},
		"en": {"legal advice", "legal advisory"},
		"fr": {"conseil juridique", "conseils juridiques"},
		"ru": {"юридические консультации", "юридических консультаций", "правовые консультации"},
		"es": {"asesoramiento jurídico", "asesoría legal", "asesoría jurídica"}}},
	{form: "model-legislation", words: byLang{
		"ar": {"*قانون نموذجي", "*تشريعات نموذجية"},
		"zh": {"示范法", "示范立法"},
		"en": {"model law", "model laws", "model legislation"},
		"fr": {"loi type", "lois types", "législation type"},
		"ru": {"типовой закон", "типовые законы", "типовое законодательство"},
		"es": {"ley modelo", "leyes modelo", "legislación modelo"}}},
	{form: "legislative-drafting", words: byLang{
		"ar": {"*صياغة التشريعات", "*صياغة القوانين"},
		"zh": {"法律起草", "立法起草"},
		"en": {"legislative drafting", "drafting of legislation", "drafting of laws", "law drafting"},
		"fr": {"rédaction législative", "rédaction de lois", "rédaction des lois"},
		"ru": {"разработка законодательства", "разработке законодательства", "подготовка законопроектов"},
		"es": {"redacción legislativa", "redacción de leyes", "elaboración de leyes"}}},
	{form: "on-site-expert", words: byLang{
		"ar": {"*خبير مقيم", "*بعثة خبراء"},
		"zh": {"驻地专家", "派遣专家"},
		"en": {"expert advice", "resident adviser*", "resident advisor*", "embedded expert*", "expert mission*", "on-site expert*"},
		"fr": {"expert résident", "mission d'experts", "missions d'experts"},
		"ru": {"миссия экспертов", "миссии экспертов", "эксперт на месте"},
		"es": {"asesor residente", "misión de expertos", "misiones de expertos"}}},
	{form: "action-plan", words: byLang{
		"ar": {"*خطة عمل", "*خطط عمل"},
		"zh": {"行动计划"},
		"en": {"action plan*"},
		"fr": {"plan d'action", "plans d'action"},
		"ru": {"план действий", "плана действий", "планов действий"},
		"es": {"plan de acción", "planes de acción"}}},
	{form: "capacity-building", words: byLang{
		"ar": {"*بناء القدرات"},
		"zh": {"能力建设"},
		"en": {"capacity building", "capacity development", "capacity strengthening"},
		"fr": {"renforcement des capacités", "renforcement de capacités"},
		"ru": {"наращивание потенциала", "наращивания потенциала", "укрепление потенциала", "укрепления потенциала"},
		"es": {"fortalecimiento de capacidades", "desarrollo de capacidades", "fomento de la capacidad"}}},
	{form: "institution-building", words: byLang{
		"ar": {"*بناء المؤسسات", "*تعزيز المؤسسات"},
		"zh": {"机构建设", "制度建设"},
		"en": {"institution building", "institutional strengthening"},
		"fr": {"renforcement institutionnel", "renforcement des institutions"},
		"ru": {"институциональное строительство", "институционального строительства", "укрепление учреждений", "укрепление институтов"},
		"es": {"fortalecimiento institucional"}}},
	{form: "training", words: byLang{
		"ar": {"*تدريب*", "*ورشة عمل", "*ورش عمل", "*حلقة عمل"},
		"zh": {"培训", "讲习班", "研讨会"},
		"en": {"training*", "workshop*"},
		"fr": {"formation", "formations", "atelier*"},
		"ru": {"обучени*", "семинар*", "подготовка кадров", "подготовки кадров"},
		"es": {"capacitación", "capacitaciones", "taller", "talleres"}}},
	{form: "equipment-systems", words: byLang{
		"ar": {"*المعدات", "*نظام معلومات", "*نظم المعلومات"},
		"zh": {"设备", "信息系统"},
		"en": {"equipment", "information system*"},
		"fr": {"équipement*", "matériel informatique", "système d'information", "systèmes d'information"},
		"ru": {"оборудовани*", "информационная система", "информационной системы", "информационные системы", "информационных систем"},
		"es": {"equipamiento", "equipos informáticos", "sistema de información", "sistemas de información"}}},
}

package analysis

import (
	"strings"
	"unicode/utf8"
)

// light holds words that carry grammar and little else, in exact form.
var light = func() map[string]bool {
	const words = `
a an and are as at be been but by can did do does for from had has have he her his how i if in into is it its may more must no nor not of on or our shall she should so such than that the their them then there these they this those to under up upon was we were what when where whether which while who whom whose why will with would you your about any other
au aux avec ce ces cet cette comme dans de des dont du elle en entre est et eu il ils je la le les leur leurs lui ma mais mes mon ne nos notre nous ou où par pas pour qu que quel quelle quelles quels qui sa sans se ses si son sont sur ta tes ton tout toute un une vos votre vous y être
al algo como con contra cual cuando del desde donde durante e el ella ellas ellos entre era es esa ese eso esta este esto ha han hasta las lo los más mi muy ni o otro para pero por porque puede que quien se ser sin sobre son su sus también tiene todo tras una unas uno unos y ya
aber alle als am an auch auf aus bei bin bis da damit dann das dass dem den denn der des die dies diese diesem diesen dieser dieses durch ein eine einem einen einer eines er es für gegen hat haben ich ihr ihre ihren im in ist kann mit nach nicht noch nur ob oder ohne sein seine sich sie sind so soll über um und uns unter vom von vor wann war was wenn wer werden wie wird wo zu zum zur zwischen
aan als bij dan dat de deze die dit door een en er had heeft het hij hoe hun ik in is kan maar met na naar niet nog of om ook op over te ter tot tussen uit van veel voor was wat wel werd wie wordt worden zich zij zijn zo
à ao aos as às até com como da das dele do dos em essa esse esta este eu foi isso já lhe mais mas na nas não nem no nos num numa os ou para pela pelas pelo pelos por quando que se sem ser seu seus sua suas são também um uma
б без бы был была были было быть в вам вас во вот все всех где да для до его ее если есть еще же за и из или им их к как ко когда кто ли либо между на над не него ней них но о об от по под при с со так также такой там те тем то того той только том у уже чем что чтобы эта эти это этого этой этом я которые который которая которое
amb als aquest aquesta dels els les per pel pels quan que qui una uns unes
في من على الى عن مع هذا هذه ذلك تلك التي الذي الذين او ان اذا كل قد لا ما لم لن هو هي هم كان كانت يكون تكون بين عند بعد قبل حتى ثم كما اي وفي ومن وعلى بها به فيها فيه له لها منه منها
di del della dei delle il lo gli nel nella con che una uno per sono`
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[Fold(w)] = true
	}
	for w := range strings.FieldsSeq(`怎么 什么 如何 哪些 以及 或者 并且 关于 对于 的情 情形 应当 可以 是否 我们`) {
		if utf8.RuneCountInString(w) == 2 && (w == "怎么" || w == "什么" || w == "如何" || w == "哪些" || w == "以及" || w == "或者" || w == "并且" || w == "关于" || w == "对于" || w == "是否") {
			m[w] = true
		}
	}
	return m
}()

// grammatical Chinese characters: a pair that holds one joins two words.
const particles = "的了是在和与或及等对把被将为于之其所不么吗呢"

// Light reports whether a word, in exact form, carries grammar rather than
// matter. A query does not insist on such words unless it has no others.
func Light(exact string) bool {
	if light[exact] {
		return true
	}
	r, n := utf8.DecodeRuneInString(exact)
	if n == len(exact) { // a single letter: an elided article, an initial
		return classify(r) == latin || classify(r) == other
	}
	if classify(r) == pair {
		return strings.ContainsAny(exact, particles)
	}
	return false
}

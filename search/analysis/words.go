package analysis

// Words are the exact forms of a text's words, in order.
func Words(text string) (out []string) {
	for tok := range Tokens(text) {
		if x := Fold(text[tok.Start:tok.End]); x != "" {
			out = append(out, x)
		}
	}
	return out
}

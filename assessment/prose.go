package assessment

import "slices"

// mergeWork bounds the comparison of two texts: sentences of one times sentences of the other.
const mergeWork = 4_000_000

// MergeProse joins two changes of one text, sentence by sentence: what only one
// side changed is taken from that side. ok is false when both changed the same
// place, or places that touch, in different ways; then a person must choose.
//
// It is the three-way merge known from diff3 (Khanna, Kunal and Pierce, A Formal
// Investigation of Diff3, 2007) over sentences instead of lines, since a
// paragraph of an answer is one long line.
func MergeProse(base, mine, theirs string) (merged string, ok bool) {
	switch {
	case mine == theirs, theirs == base:
		return mine, true
	case mine == base:
		return theirs, true
	}
	b, m, t := sentences(base), sentences(mine), sentences(theirs)
	if len(b)*max(len(m), len(t)) > mergeWork {
		return "", false
	}
	inMine, inTheirs := match(b, m), match(b, t)
	var out []byte
	join := func(bs, ms, ts []string) bool {
		take := ms
		switch {
		case slices.Equal(ms, ts), slices.Equal(bs, ts):
		case slices.Equal(bs, ms):
			take = ts
		default:
			return false
		}
		for _, s := range take {
			out = append(out, s...)
		}
		return true
	}
	i, j, k := 0, 0, 0
	for n := range b {
		if inMine[n] < 0 || inTheirs[n] < 0 { // not kept by both
			continue
		}
		if !join(b[i:n], m[j:inMine[n]], t[k:inTheirs[n]]) {
			return "", false
		}
		out = append(out, b[n]...)
		i, j, k = n+1, inMine[n]+1, inTheirs[n]+1
	}
	if !join(b[i:], m[j:], t[k:]) {
		return "", false
	}
	return string(out), true
}

// sentences cuts a text after each full stop, question or exclamation mark of
// the six languages and after each line, with the spaces that follow. Joined again they are the text.
func sentences(s string) (out []string) {
	start, ended := 0, false
	for i, r := range s {
		space := r == ' ' || r == '\t' || r == '\r' || r == '\n'
		if ended && !space {
			out = append(out, s[start:i])
			start, ended = i, false
		}
		switch r {
		case '\n', '.', '!', '?', '\u061f', '\u06d4', '\u3002', '\uff01', '\uff1f':
			ended = true
		default:
			ended = ended && space
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// match pairs the sentences of a with those of b that a longest common
// subsequence keeps: for each of a its place in b, or -1.
func match(a, b []string) []int {
	w := len(b) + 1
	long := make([]int32, (len(a)+1)*w)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				long[i*w+j] = long[(i+1)*w+j+1] + 1
			} else {
				long[i*w+j] = max(long[(i+1)*w+j], long[i*w+j+1])
			}
		}
	}
	at := make([]int, len(a))
	for i := range at {
		at[i] = -1
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			at[i] = j
			i, j = i+1, j+1
		case long[(i+1)*w+j] >= long[i*w+j+1]:
			i++
		default:
			j++
		}
	}
	return at
}

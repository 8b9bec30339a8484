package inverted

import "sync"

// interner gives each value of a facet a small number, the same in all segments of an index.
type interner struct {
	mu     sync.RWMutex
	fields map[string]*valueList
}

type valueList struct {
	ids   map[string]uint32
	names []string
}

// columns are the values of the facets of a segment's documents, by name of the facet.
type columns struct {
	of map[string]*column
}

type column struct {
	start  []uint32 // of each document in values, and one more
	values []uint32
}

func (c *column) at(doc uint32) []uint32 {
	if c == nil {
		return nil
	}
	return c.values[c.start[doc]:c.start[doc+1]]
}

func (in *interner) columns(docs []meta) *columns {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := &columns{of: map[string]*column{}}
	for _, m := range docs {
		for name := range m.Fields {
			if out.of[name] == nil {
				out.of[name] = &column{start: make([]uint32, 1, len(docs)+1)}
			}
			if in.fields[name] == nil {
				in.fields[name] = &valueList{ids: map[string]uint32{}}
			}
		}
	}
	for _, m := range docs {
		for name, c := range out.of {
			l := in.fields[name]
			for _, v := range m.Fields[name] {
				id, ok := l.ids[v]
				if !ok {
					id = uint32(len(l.names))
					l.ids[v] = id
					l.names = append(l.names, v)
				}
				c.values = append(c.values, id)
			}
			c.start = append(c.start, uint32(len(c.values)))
		}
	}
	return out
}

// names are the values of a facet by their numbers, as many as there are now.
func (in *interner) names(field string) []string {
	in.mu.RLock()
	defer in.mu.RUnlock()
	if l := in.fields[field]; l != nil {
		return l.names[:len(l.names):len(l.names)]
	}
	return nil
}

// number is that of a value; ok is false where no document has it.
func (in *interner) number(field, value string) (id uint32, ok bool) {
	in.mu.RLock()
	defer in.mu.RUnlock()
	if l := in.fields[field]; l != nil {
		id, ok = l.ids[value]
	}
	return id, ok
}

// fieldsOf writes a document's facets out again, for a merge.
func (in *interner) fieldsOf(s *segment, doc uint32) map[string][]string {
	out := map[string][]string{}
	for name, c := range s.columns.of {
		names := in.names(name)
		for _, v := range c.at(doc) {
			out[name] = append(out[name], names[v])
		}
	}
	return out
}

package inverted

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"merida/lang"
	"merida/search"
	"merida/search/analysis"
)

const manifestName = "manifest.json"

// manifest is the state of an index on disk.
type manifest struct {
	Format   int    `json:"format"`
	Analysis int    `json:"analysis"`
	Cursor   int64  `json:"cursor"`
	Next     int64  `json:"next"` // number of the next segment
	Segments []kept `json:"segments"`
}

type kept struct {
	Name string `json:"name"`
	Dead []byte `json:"dead,omitempty"` // words of 64 documents, least first
}

// state is what a search sees, from its beginning to its end.
type state struct {
	segments []*segment
	dead     []bitset
	live     int
	sections int
	words    int64
}

// Index is an open folder.
type Index struct {
	folder string
	values *interner
	// seats bounds how many searches run at once: more would wait for a processor with all their memory taken.
	seats chan *scratch

	mu      sync.RWMutex // of state, cursor and closed
	now     *state
	cursor  int64
	closed  bool
	damaged atomic.Bool

	write    sync.Mutex // one change at a time
	analyzer *analyzer
	place    map[string]location
	next     int64

	merging sync.WaitGroup
	busy    bool // a merge runs; of write
	stop    chan struct{}
}

type location struct {
	s   *segment
	doc uint32
}

var _ search.Index = (*Index)(nil)

// Open opens a folder, or makes it where there is none. What this program cannot use in it is thrown away.
func Open(ctx context.Context, folder string) (*Index, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	seats := runtime.GOMAXPROCS(0)
	ix := &Index{folder: folder, values: &interner{fields: map[string]*valueList{}}, seats: make(chan *scratch, seats), stop: make(chan struct{}),
		analyzer: &analyzer{known: map[lang.Tag]map[string]forms{}}}
	for range seats {
		ix.seats <- &scratch{}
	}
	if err := ix.load(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := ix.empty(); err != nil {
			return nil, fmt.Errorf("search: throw away what is in %s: %w", folder, err)
		}
	}
	return ix, nil
}

// load reads the manifest and opens what it names; files that it does not name are the rest of a crash and go.
func (ix *Index) load() error {
	b, err := os.ReadFile(filepath.Join(ix.folder, manifestName))
	if err != nil {
		return err
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	if m.Format != format || m.Analysis != analysis.Version {
		return fmt.Errorf("search: the index is of another version")
	}
	st := &state{}
	place := map[string]location{}
	fail := func(err error) error {
		for _, s := range st.segments {
			s.release()
		}
		return err
	}
	for _, k := range m.Segments {
		if k.Name != filepath.Base(k.Name) || !strings.HasSuffix(k.Name, ".seg") {
			return fail(errDamaged)
		}
		s, err := openSegment(ix.folder, k.Name, ix.values)
		if err != nil {
			return fail(err)
		}
		var dead bitset
		for len(k.Dead) >= 8 {
			dead = append(dead, binary.LittleEndian.Uint64(k.Dead))
			k.Dead = k.Dead[8:]
		}
		for d := range s.docs {
			if !dead.has(uint32(d)) {
				place[s.docs[d].ID] = location{s, uint32(d)}
			}
		}
		s.use()
		st.segments, st.dead = append(st.segments, s), append(st.dead, dead)
	}
	st.count()
	if st.live != len(place) {
		return fail(errDamaged)
	}
	ix.now, ix.place, ix.cursor, ix.next = st, place, m.Cursor, m.Next
	ix.sweep(m)
	return nil
}

func (ix *Index) sweep(m manifest) {
	entries, _ := os.ReadDir(ix.folder)
	for _, e := range entries {
		name := e.Name()
		named := slices.ContainsFunc(m.Segments, func(k kept) bool { return k.Name == name })
		if !named && (strings.HasSuffix(name, ".seg") || strings.HasSuffix(name, ".tmp")) {
			os.Remove(filepath.Join(ix.folder, name))
		}
	}
}

// empty begins anew. The caller holds write, or is alone.
func (ix *Index) empty() error {
	if err := os.Remove(filepath.Join(ix.folder, manifestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ix.mu.Lock()
	old := ix.now
	ix.now, ix.cursor = &state{}, 0
	ix.mu.Unlock()
	ix.place = map[string]location{}
	ix.damaged.Store(false)
	if old != nil {
		for _, s := range old.segments {
			s.gone.Store(true)
			s.leave()
		}
	} else {
		ix.sweep(manifest{})
	}
	return nil
}

func (st *state) count() {
	st.live, st.sections, st.words = 0, 0, 0
	for i, s := range st.segments {
		for d := range s.docs {
			if !st.dead[i].has(uint32(d)) {
				st.live++
			}
		}
		st.sections += s.toc.Sections
		st.words += s.toc.Words
	}
}

// hold gives the present state, whose segments stay open until it is released.
func (ix *Index) hold() (*state, func(), error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.closed {
		return nil, nil, fs.ErrClosed
	}
	st := ix.now
	for _, s := range st.segments {
		s.use()
	}
	return st, func() {
		for _, s := range st.segments {
			s.leave()
		}
	}, nil
}

// Len is the number of documents.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.now.live
}

// Cursor is that of the last Apply. A search that met damage makes it 0 and the index empty.
func (ix *Index) Cursor(context.Context) (int64, error) {
	if ix.damaged.Load() {
		ix.write.Lock()
		defer ix.write.Unlock()
		if ix.damaged.Load() {
			if err := ix.empty(); err != nil {
				return 0, err
			}
		}
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.cursor, nil
}

// Close waits for a merge to stop and closes the files.
func (ix *Index) Close() error {
	ix.mu.Lock()
	if ix.closed {
		ix.mu.Unlock()
		return nil
	}
	ix.closed = true
	ix.mu.Unlock()
	close(ix.stop)
	ix.merging.Wait()
	ix.write.Lock()
	defer ix.write.Unlock()
	for _, s := range ix.now.segments {
		s.leave()
	}
	return nil
}

// Apply adds, replaces and removes documents. What it was given is on disk when it returns.
func (ix *Index) Apply(ctx context.Context, put []search.Document, remove []string, cursor int64) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.isClosed() {
		return fs.ErrClosed
	}
	b := &builder{a: ix.analyzer, terms: map[string]*collected{}}
	last := map[string]int{}
	for i := range put {
		last[put[i].ID] = i
	}
	for i := range put {
		if err := ctx.Err(); err != nil {
			return err
		}
		if last[put[i].ID] == i {
			b.add(&put[i])
		}
	}
	next := &state{segments: slices.Clone(ix.now.segments), dead: slices.Clone(ix.now.dead)}
	leaves := remove
	for id := range last {
		leaves = append(leaves[:len(leaves):len(leaves)], id)
	}
	for _, id := range leaves {
		if at, ok := ix.place[id]; ok {
			i := slices.Index(next.segments, at.s)
			next.dead[i] = next.dead[i].with(at.doc)
		}
	}
	var fresh *segment
	if len(b.docs) > 0 {
		name := ix.name()
		if err := create(ix.folder, name, b.parts()); err != nil {
			return fmt.Errorf("search: write the index: %w", err)
		}
		var err error
		if fresh, err = openSegment(ix.folder, name, ix.values); err != nil {
			return err
		}
		next.segments, next.dead = append(next.segments, fresh), append(next.dead, nil)
	}
	if err := ix.become(next, cursor); err != nil {
		return err
	}
	for _, id := range leaves {
		delete(ix.place, id)
	}
	if fresh != nil {
		for d := range fresh.docs {
			ix.place[fresh.docs[d].ID] = location{fresh, uint32(d)}
		}
	}
	ix.tidy()
	return nil
}

func (ix *Index) isClosed() bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.closed
}

func (ix *Index) name() string {
	ix.next++
	return fmt.Sprintf("%08d.seg", ix.next)
}

// become makes a state the present one, on disk first. Segments that it no longer has go with their last reader.
// The caller holds write.
func (ix *Index) become(next *state, cursor int64) error {
	for i := len(next.segments) - 1; i >= 0; i-- {
		if s := next.segments[i]; next.dead[i].size() == len(s.docs) {
			next.segments, next.dead = slices.Delete(next.segments, i, i+1), slices.Delete(next.dead, i, i+1)
		}
	}
	next.count()
	m := manifest{Format: format, Analysis: analysis.Version, Cursor: cursor, Next: ix.next}
	for i, s := range next.segments {
		var dead []byte
		for _, x := range next.dead[i] {
			dead = binary.LittleEndian.AppendUint64(dead, x)
		}
		m.Segments = append(m.Segments, kept{s.name, dead})
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := replace(ix.folder, manifestName, b); err != nil {
		return fmt.Errorf("search: write the index: %w", err)
	}
	ix.mu.Lock()
	old := ix.now
	ix.now, ix.cursor = next, cursor
	for _, s := range next.segments {
		if !slices.Contains(old.segments, s) {
			s.use()
		}
	}
	ix.mu.Unlock()
	for _, s := range old.segments {
		if !slices.Contains(next.segments, s) {
			s.gone.Store(true)
			s.leave()
		}
	}
	return nil
}

// replace writes a file beside and puts it in place.
func replace(folder, name string, b []byte) error {
	f, err := os.CreateTemp(folder, name+"-*.tmp") // owner only
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(folder, name))
	}
	if err == nil {
		err = syncFolder(folder)
	}
	return err
}

// Merging: segments of one tier hold up to tierGrowth times as many sections as those of the tier below.
const (
	tierGrowth   = 8
	tierSmallest = 1024 // sections
	mostSegments = 48   // a writer that is faster than the merges waits
)

func tier(sections int) (n int) {
	for x := tierSmallest; sections > x; x *= tierGrowth {
		n++
	}
	return n
}

// choose says which segments to merge next, none when all is tidy.
func (st *state) choose() (out []int) {
	byTier := map[int][]int{}
	for i, s := range st.segments {
		if dead := st.dead[i].size(); dead*2 > len(s.docs) && s.toc.Sections > tierSmallest {
			return []int{i}
		}
		byTier[tier(s.toc.Sections)] = append(byTier[tier(s.toc.Sections)], i)
	}
	for n := range 12 {
		if len(byTier[n]) >= tierGrowth {
			return byTier[n]
		}
	}
	return nil
}

// tidy starts a merge where one is due. The caller holds write.
func (ix *Index) tidy() {
	if ix.busy {
		for len(ix.now.segments) > mostSegments && ix.busy {
			ix.write.Unlock()
			ix.merging.Wait()
			ix.write.Lock()
		}
		if ix.busy {
			return
		}
	}
	which := ix.now.choose()
	if which == nil || ix.isClosed() {
		return
	}
	ix.busy = true
	var sources []*source
	for _, i := range which {
		s := ix.now.segments[i]
		s.use()
		sources = append(sources, &source{s: s, dead: ix.now.dead[i]})
	}
	name := ix.name()
	ix.merging.Add(1)
	go func() {
		defer ix.merging.Done()
		err := ix.join(sources, name)
		for _, src := range sources {
			src.s.leave()
		}
		ix.write.Lock()
		defer ix.write.Unlock()
		ix.busy = false
		if err == nil {
			ix.tidy()
		}
	}()
}

// join merges segments into one and puts it in their place.
func (ix *Index) join(sources []*source, name string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if r != errDamaged {
				panic(r)
			}
			ix.damaged.Store(true)
			err = errDamaged
		}
	}()
	stopped := func() error {
		select {
		case <-ix.stop:
			return fs.ErrClosed
		default:
			return nil
		}
	}
	p := merge(sources, ix.values, stopped)
	if err := create(ix.folder, name, p); err != nil {
		return err
	}
	s, err := openSegment(ix.folder, name, ix.values)
	if err != nil {
		return err
	}
	ix.write.Lock()
	defer ix.write.Unlock()
	next := &state{}
	discard := func() {
		s.release()
		os.Remove(s.path)
	}
	if ix.isClosed() {
		discard()
		return fs.ErrClosed
	}
	// What was replaced or removed meanwhile is dead in the new segment too.
	var dead bitset
	for d := range s.docs {
		at, ok := ix.place[s.docs[d].ID]
		if !ok || !slices.ContainsFunc(sources, func(src *source) bool { return src.s == at.s }) {
			dead = dead.with(uint32(d))
		}
	}
	put := false
	for i, old := range ix.now.segments {
		if slices.ContainsFunc(sources, func(src *source) bool { return src.s == old }) {
			if !put {
				next.segments, next.dead = append(next.segments, s), append(next.dead, dead)
				put = true
			}
			continue
		}
		next.segments, next.dead = append(next.segments, old), append(next.dead, ix.now.dead[i])
	}
	if !put { // begun anew meanwhile
		discard()
		return nil
	}
	if err := ix.become(next, ix.cursor); err != nil {
		discard()
		return err
	}
	for d := range s.docs {
		if !dead.has(uint32(d)) {
			ix.place[s.docs[d].ID] = location{s, uint32(d)}
		}
	}
	return nil
}

// Settle waits until no merge runs.
func (ix *Index) Settle(context.Context) error {
	for {
		ix.merging.Wait()
		ix.write.Lock()
		busy := ix.busy
		ix.write.Unlock()
		if !busy {
			return nil
		}
	}
}

func (b bitset) size() (n int) {
	for _, x := range b {
		for ; x != 0; x &= x - 1 {
			n++
		}
	}
	return n
}

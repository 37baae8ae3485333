package devstack

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// mailbox is the journal of the sink: a directory with one file per accepted delivery. The file is
// the mail as received, below the trace lines that a delivering server adds (who sent it to whom,
// and when it came).
type mailbox struct {
	dir string

	mu    sync.Mutex
	mails []Mail // without content, oldest first
}

type envelope struct {
	from string
	to   []string
}

// openMailbox reads what an earlier sink kept. Files that a crash left half-written end in .partial
// and were never acknowledged: they are removed.
func openMailbox(dir string) (*mailbox, error) {
	if dir == "" {
		return nil, errors.New("open mailbox: no directory given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open mailbox: %w", err)
	}
	b := &mailbox{dir: dir}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open mailbox: %w", err)
	}
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case ".partial":
			_ = os.Remove(filepath.Join(dir, e.Name())) // an orphan is only untidy
		case ".eml":
			m, err := b.read(strings.TrimSuffix(e.Name(), ".eml"))
			if err != nil {
				return nil, err
			}
			b.mails = append(b.mails, m.summary())
		}
	}
	slices.SortStableFunc(b.mails, func(x, y Mail) int { return x.Received.Compare(y.Received) })
	return b, nil
}

func (b *mailbox) list() []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.mails)
}

// add writes the delivery to disk and returns when it would survive a power cut.
func (b *mailbox) add(env envelope, body []byte) error {
	content := append(trace(env, time.Now()), body...)
	m := parseMail("", content)
	partial, err := b.writePartial(content)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(partial) }()
	if m.ID, err = b.publish(partial, fileName(m)); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, m.summary())
	return nil
}

func (b *mailbox) writePartial(content []byte) (string, error) {
	f, err := os.CreateTemp(b.dir, "*.partial")
	if err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("keep mail: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// publish gives the finished file its name. A second delivery of the same Message-ID gets ~2 and so
// on; the tilde cannot come from an id.
func (b *mailbox) publish(partial, name string) (id string, err error) {
	for n := 1; ; n++ {
		id = name
		if n > 1 {
			id = fmt.Sprintf("%s~%d", name, n)
		}
		err = os.Link(partial, b.path(id)) // unlike rename it never replaces
		if err == nil {
			break
		}
		if !errors.Is(err, os.ErrExist) {
			return "", fmt.Errorf("keep mail: %w", err)
		}
	}
	d, err := os.Open(b.dir)
	if err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	return id, nil
}

func (b *mailbox) path(id string) string { return filepath.Join(b.dir, id+".eml") }

// errNoMail is what read wraps when there is no such mail.
var errNoMail = errors.New("no such mail")

func (b *mailbox) read(id string) (Mail, error) {
	if id == "" || strings.ContainsAny(id, `/\`) {
		return Mail{}, fmt.Errorf("read mail %q: %w", id, errNoMail)
	}
	content, err := os.ReadFile(b.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return Mail{}, fmt.Errorf("read mail %q: %w", id, errNoMail)
	}
	if err != nil {
		return Mail{}, fmt.Errorf("read mail: %w", err)
	}
	return parseMail(id, content), nil
}

var unsafeInName = regexp.MustCompile(`[^A-Za-z0-9@._-]+`)

// fileName is the Message-ID where it can be a file name, and otherwise resembles it.
func fileName(m Mail) string {
	if m.MessageID == "" {
		return "no-message-id-" + shortHash(string(m.Raw))
	}
	name := strings.TrimLeft(unsafeInName.ReplaceAllString(m.MessageID, "_"), ".")
	if len(name) > 120 {
		name = name[:120]
	}
	if name != m.MessageID {
		name += "-" + shortHash(m.MessageID)
	}
	return name
}

// The trace ends with the line that no sender writes, so that the mail as received can be told from it.
const receivedHeader = "X-Sink-Received: "

func trace(env envelope, at time.Time) []byte {
	var t bytes.Buffer
	fmt.Fprintf(&t, "Return-Path: <%s>\r\n", env.from)
	for _, to := range env.to {
		fmt.Fprintf(&t, "Delivered-To: %s\r\n", to)
	}
	fmt.Fprintf(&t, "%s%s\r\n", receivedHeader, at.UTC().Format(time.RFC3339Nano))
	return t.Bytes()
}

// splitTrace undoes trace. A file without one (put there by hand) has an empty envelope.
func splitTrace(content []byte) (env envelope, at time.Time, raw []byte) {
	rest := content
	for {
		line, after, found := bytes.Cut(rest, []byte("\r\n"))
		text := string(line)
		switch {
		case !found:
			return envelope{}, time.Time{}, content
		case strings.HasPrefix(text, "Return-Path: <"):
			env.from = strings.TrimSuffix(strings.TrimPrefix(text, "Return-Path: <"), ">")
		case strings.HasPrefix(text, "Delivered-To: "):
			env.to = append(env.to, strings.TrimPrefix(text, "Delivered-To: "))
		case strings.HasPrefix(text, receivedHeader):
			at, err := time.Parse(time.RFC3339Nano, strings.TrimPrefix(text, receivedHeader))
			if err != nil {
				return envelope{}, time.Time{}, content
			}
			return env, at, after
		default:
			return envelope{}, time.Time{}, content
		}
		rest = after
	}
}

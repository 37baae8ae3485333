package devstack

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"size": func(n int) string {
		switch {
		case n < 1000:
			return fmt.Sprintf("%d B", n)
		case n < 1_000_000:
			return fmt.Sprintf("%d kB", (n+500)/1000)
		}
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	},
	"clock": func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Local().Format("2006-01-02 15:04:05")
	},
	// copy is the number of a delivery whose Message-ID was delivered before.
	"copy": func(id string) string {
		_, n, _ := strings.Cut(id, "~")
		return n
	},
	"pdf":  func(a Attachment) bool { return a.ContentType == "application/pdf" },
	"join": strings.Join,
}).ParseFS(pageFiles, "pages/*.html"))

// shown bounds the list: a load test leaves tens of thousands of mails.
const shown = 200

// mailPages serves the mailbox. Mails come from strangers: everything is escaped, HTML bodies live
// in a sandboxed frame, and attachments never run in our origin.
type mailPages struct{ box *mailbox }

func pages(box *mailbox) http.Handler {
	p := mailPages{box}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.list)
	mux.HandleFunc("GET /mail/{id}", p.mail)
	mux.HandleFunc("GET /mail/{id}/source", p.source)
	mux.HandleFunc("GET /mail/{id}/part/{n}", p.part)
	return mux
}

type mailList struct {
	Query        string
	Mails        []Mail
	Total, Found int
}

func (p mailPages) list(w http.ResponseWriter, r *http.Request) {
	all := p.box.list()
	data := mailList{Query: strings.TrimSpace(r.URL.Query().Get("q")), Total: len(all)}
	for i := len(all) - 1; i >= 0; i-- { // newest first
		if !matches(all[i], data.Query) {
			continue
		}
		data.Found++
		if len(data.Mails) < shown {
			data.Mails = append(data.Mails, all[i])
		}
	}
	render(w, "list.html", data)
}

func matches(m Mail, query string) bool {
	in := strings.Join(append([]string{m.Subject, m.From, m.MessageID}, m.EnvelopeTo...), "\n")
	return strings.Contains(strings.ToLower(in), strings.ToLower(query))
}

func (p mailPages) mail(w http.ResponseWriter, r *http.Request) {
	if m, ok := p.find(w, r); ok {
		render(w, "mail.html", m)
	}
}

func (p mailPages) source(w http.ResponseWriter, r *http.Request) {
	if m, ok := p.find(w, r); ok {
		serve(w, "text/plain; charset=utf-8", "inline", m.ID+".eml", m.Raw)
	}
}

func (p mailPages) part(w http.ResponseWriter, r *http.Request) {
	m, ok := p.find(w, r)
	if !ok {
		return
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(m.Attachments) {
		http.NotFound(w, r)
		return
	}
	a := m.Attachments[n]
	if a.ContentType == "application/pdf" {
		serve(w, a.ContentType, "inline", a.Name, a.Content)
		return
	}
	serve(w, "application/octet-stream", "attachment", a.Name, a.Content)
}

func (p mailPages) find(w http.ResponseWriter, r *http.Request) (Mail, bool) {
	m, err := p.box.read(r.PathValue("id"))
	if errors.Is(err, errNoMail) {
		http.NotFound(w, r)
		return Mail{}, false
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return Mail{}, false
	}
	return m, true
}

func serve(w http.ResponseWriter, contentType, disposition, name string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(content) // the reader may leave
}

func render(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-src 'self'; base-uri 'none'")
	_, _ = w.Write(page.Bytes()) // the reader may leave
}

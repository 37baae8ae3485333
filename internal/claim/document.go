package claim

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// DocumentKind is what a document of a claim is.
type DocumentKind string

// The kinds of document.
const (
	InvoiceDocument  DocumentKind = "invoice"
	ContractDocument DocumentKind = "contract" // also an order, or the general terms
	DeliveryDocument DocumentKind = "delivery" // that goods were delivered, or work was done
	Correspondence   DocumentKind = "correspondence"
)

// DocumentKinds lists every kind, in the order in which they stand in a package; the CHECK in the schema is tested against it.
func DocumentKinds() []DocumentKind {
	return []DocumentKind{InvoiceDocument, ContractDocument, DeliveryDocument, Correspondence}
}

// MediaType is what kind of file a document is.
type MediaType string

// The kinds of file that can be printed.
const (
	PDF       MediaType = "application/pdf"
	PNG       MediaType = "image/png"
	JPEG      MediaType = "image/jpeg"
	PlainText MediaType = "text/plain"
)

// MediaTypes lists every one; the CHECK in the schema is tested against it.
func MediaTypes() []MediaType { return []MediaType{PDF, PNG, JPEG, PlainText} }

// MostOfDocument is how many bytes a document has at most, MostDocuments how many of them a claim has.
const (
	MostOfDocument = 10 << 20
	MostDocuments  = 50
)

// Document is a document of a claim that is held; its content and its name stand in the case file. On is the day that it bears; zero when nobody told.
type Document struct {
	Kind DocumentKind  `json:"kind"`
	On   calendar.Date `json:"on,omitzero"`
}

// Proven says whether the documents are held by which a claim is proven in court as a rule (art. 150 Rv): the invoice, and that it was agreed or delivered.
func (f Facts) Proven() bool {
	held := func(kinds ...DocumentKind) bool {
		return slices.ContainsFunc(f.Documents, func(d Document) bool { return slices.Contains(kinds, d.Kind) })
	}
	return held(InvoiceDocument) && held(ContractDocument, DeliveryDocument)
}

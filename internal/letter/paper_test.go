package letter_test

import (
	"image"
	"image/color"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// reader is pdfium, which shows PDFs in Chrome, as WebAssembly: the tests read letters as a stranger's program does, and need no tool on the machine.
// It sees no file of this machine, so that a font that is not in the PDF is not found either. Compiling it takes some seconds: once per test run.
var reader = sync.OnceValues(func() (pdfium.Pdfium, error) {
	pool, err := webassembly.Init(webassembly.Config{MaxTotal: 1, FSConfig: wazero.NewFSConfig()})
	if err != nil {
		return nil, err
	}
	return pool.GetInstance(time.Minute) // ends with the test run
})

var reading sync.Mutex // pdfium does one thing at a time

// paper is an open PDF. Lengths on it are in millimetres from the top left corner of the page.
type paper struct {
	t        *testing.T
	pdfium   pdfium.Pdfium
	document references.FPDF_DOCUMENT
	pages    int
}

// onPaper opens a PDF for as long as look takes.
func onPaper(t *testing.T, pdf []byte, look func(p *paper)) {
	t.Helper()
	p := &paper{t: t}
	var err error
	p.pdfium, err = reader()
	p.must(err)
	reading.Lock()
	defer reading.Unlock()
	opened, err := p.pdfium.OpenDocument(&requests.OpenDocument{File: &pdf})
	p.must(err)
	p.document = opened.Document
	defer func() {
		if _, err := p.pdfium.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: p.document}); err != nil {
			t.Error(err)
		}
	}()
	count, err := p.pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: p.document})
	p.must(err)
	p.pages = count.PageCount
	look(p)
}

func (p *paper) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *paper) page(n int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: p.document, Index: n}}
}

// text is all that stands on paper, line by line from the top.
func (p *paper) text() (all string) {
	for n := range p.pages {
		all += p.pageText(n) + "\n"
	}
	return all
}

func (p *paper) pageText(n int) string {
	page, err := p.pdfium.GetPageText(&requests.GetPageText{Page: p.page(n)})
	p.must(err)
	return page.Text
}

// within is what stands in a part of the first page, also when only a bit of a letter does.
func (p *paper) within(left, top, right, bottom float64) string {
	text, err := p.pdfium.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: p.page(0)})
	p.must(err)
	defer func() { _, _ = p.pdfium.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage}) }()
	_, height := p.size(0)
	const point = 72 / 25.4 // PDF counts from the bottom
	part, err := p.pdfium.FPDFText_GetBoundedText(&requests.FPDFText_GetBoundedText{
		TextPage: text.TextPage, Left: left * point, Top: (height - top) * point, Right: right * point, Bottom: (height - bottom) * point,
	})
	p.must(err)
	return part.Text
}

func (p *paper) size(n int) (width, height float64) {
	size, err := p.pdfium.GetPageSize(&requests.GetPageSize{Page: p.page(n)})
	p.must(err)
	return size.Width * 25.4 / 72, size.Height * 25.4 / 72
}

// picture is a page as a printer or a telephone sees it.
func (p *paper) picture(n, dpi int) image.Image {
	page, err := p.pdfium.RenderPageInDPI(&requests.RenderPageInDPI{Page: p.page(n), DPI: dpi, ImageFormat: requests.RenderImageFormatGrayscale})
	p.must(err)
	defer page.Cleanup()
	seen := *page.Result.RenderedImage.(*image.Gray)
	seen.Pix = slices.Clone(seen.Pix) // what pdfium gave goes with Cleanup
	return &seen
}

// inColour is a page as it is seen, two pixels to the millimetre.
func (p *paper) inColour(n int) *image.RGBA {
	page, err := p.pdfium.RenderPageInPixels(&requests.RenderPageInPixels{Page: p.page(n), Width: 420, Height: 594})
	p.must(err)
	defer page.Cleanup()
	seen := *page.Result.RenderedImage.(*image.RGBA)
	seen.Pix = slices.Clone(seen.Pix)
	return &seen
}

// images are the places of the pictures on all pages, in millimetres.
func (p *paper) images() (places []image.Rectangle) {
	p.objects(func(object references.FPDF_PAGEOBJECT, kind enums.FPDF_PAGEOBJ) {
		if kind != enums.FPDF_PAGEOBJ_IMAGE {
			return
		}
		at, err := p.pdfium.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object})
		p.must(err)
		mm := func(points float32) int { return int(math.Round(float64(points) * 25.4 / 72)) }
		places = append(places, image.Rect(mm(at.Left), 297-mm(at.Top), mm(at.Right), 297-mm(at.Bottom)))
	})
	return places
}

// colours are those in which text is written and shapes are filled.
func (p *paper) colours() map[color.RGBA]bool {
	used := map[color.RGBA]bool{}
	p.objects(func(object references.FPDF_PAGEOBJECT, kind enums.FPDF_PAGEOBJ) {
		if kind == enums.FPDF_PAGEOBJ_IMAGE {
			return
		}
		c, err := p.pdfium.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: object})
		p.must(err)
		used[color.RGBA{uint8(c.FillColor.R), uint8(c.FillColor.G), uint8(c.FillColor.B), uint8(c.FillColor.A)}] = true
	})
	return used
}

// fonts are the fonts that text is set in, with whether they are in the PDF.
func (p *paper) fonts() map[string]bool {
	embedded := map[string]bool{}
	p.objects(func(object references.FPDF_PAGEOBJECT, kind enums.FPDF_PAGEOBJ) {
		if kind != enums.FPDF_PAGEOBJ_TEXT {
			return
		}
		font, err := p.pdfium.FPDFTextObj_GetFont(&requests.FPDFTextObj_GetFont{PageObject: object})
		p.must(err)
		name, err := p.pdfium.FPDFFont_GetBaseFontName(&requests.FPDFFont_GetBaseFontName{Font: font.Font})
		p.must(err)
		is, err := p.pdfium.FPDFFont_GetIsEmbedded(&requests.FPDFFont_GetIsEmbedded{Font: font.Font})
		p.must(err)
		embedded[name.BaseFontName] = is.IsEmbedded
	})
	return embedded
}

// objects shows everything that is drawn on the pages.
func (p *paper) objects(show func(object references.FPDF_PAGEOBJECT, kind enums.FPDF_PAGEOBJ)) {
	for n := range p.pages {
		objects, err := p.pdfium.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.page(n)})
		p.must(err)
		for i := range objects.Count {
			object, err := p.pdfium.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.page(n), Index: i})
			p.must(err)
			kind, err := p.pdfium.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
			p.must(err)
			show(object.PageObject, kind.Type)
		}
	}
}

// metadata is what the PDF says of itself.
func (p *paper) metadata() map[string]string {
	says := map[string]string{}
	data, err := p.pdfium.GetMetaData(&requests.GetMetaData{Document: p.document})
	p.must(err)
	for _, tag := range data.Tags {
		says[tag.Tag] = tag.Value
	}
	language, err := p.pdfium.FPDFCatalog_GetLanguage(&requests.FPDFCatalog_GetLanguage{Document: p.document})
	p.must(err)
	says["Lang"] = language.Language
	return says
}

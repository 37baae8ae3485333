package bank_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
)

// long is a file of a beginning, one piece again and again, and an end. Of each MiB that is read it measures the heap.
type long struct {
	begin, piece, end string
	pieces            int
	current           string
	stage             int
	read              int
	most              uint64 // bytes on the heap, with what is to be collected
}

func (l *long) Read(to []byte) (int, error) {
	for l.current == "" {
		switch {
		case l.stage == 0:
			l.current, l.stage = l.begin, 1
		case l.stage == 1 && l.pieces > 0:
			l.current = l.piece
			l.pieces--
		case l.stage == 1:
			l.current, l.stage = l.end, 2
		default:
			return 0, io.EOF
		}
	}
	n := copy(to, l.current)
	l.current = l.current[n:]
	if l.read/(1<<20) != (l.read+n)/(1<<20) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		l.most = max(l.most, m.HeapAlloc)
	}
	l.read += n
	return n, nil
}

// However long a file is, and whatever is long in it, the heap stays small. Not parallel: the heap is that of the whole process.
func TestMemory(t *testing.T) {
	const size = 8 << 20
	head, tail, _ := strings.Cut(camt("053.001.08", ours+"|"), "|")
	full := entry("<AcctSvcrRef>R</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Piet</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>factuur</Ustrd></RmtInf></TxDtls></NtryDtls>")
	swift := strings.Split(mt940("C261125EUR110,00", "|"), "|")
	for _, c := range []struct {
		story, begin, piece, end string
		refused                  string
		most                     uint64 // MiB
	}{
		{"entries of camt", head, full, tail, "", 16},
		{"entries of MT940", swift[0], ":61:2611251125C10,00NTRFNONREF\n:86:/CNTP/NL20INGB0001234567/INGBNL2A/P de Vries///REMI/USTD//x/\n", swift[1], "", 16},
		{"entries in which everything is wrong", head, `<Ntry><Amt Ccy="USD">0.0001</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry>`, tail, "", 16},
		{"one batch of long texts", head + "<Ntry>" + amount + booked + "<NtryDtls>", "<TxDtls><RmtInf><Ustrd>" + strings.Repeat("x", 20_000) + "</Ustrd></RmtInf></TxDtls>", "</NtryDtls></Ntry>" + tail, "", 128},
		{"empty payments without end", head + "<Ntry>" + amount + booked + "<NtryDtls>", "<TxDtls/>", "</NtryDtls></Ntry>" + tail, "more than 100000 payments", 256},
		{"statements without end", head, "</Stmt><Stmt>" + ours, tail, "more than 20000 statements", 48},
		{"balances without end", head, balance("OPBD", "1.00", "CRDT") + balance("ITBD", "1.00", "CRDT") + balance("XXXX", "1.00", "CRDT"), tail, "", 16},
		{"a comment without end", head + "<!--", strings.Repeat("x", 1<<10), "-->" + tail, "a tag or text of more than", 16},
		{"attributes without end", head + "<Ntry ", `a="1" `, ">", "a tag or text of more than", 32},
		{"elements without end in what is not read", head + "<New>", "<b><c/></b>", "</New>" + tail, "", 16},
		{"lines that are no field without end", swift[0], strings.Repeat("x\n", 1<<10), "", "field :60F: has more than", 16},
	} {
		t.Run(c.story, func(t *testing.T) {
			inspects(t, &long{begin: c.begin, piece: c.piece, end: c.end, pieces: size / len(c.piece)}, c.refused, c.most)
		})
	}
}

// The text of one entry, which is kept until the entry is told, is limited. Not parallel: the heap is that of the whole process.
func TestMemoryOfOneEntry(t *testing.T) {
	head, tail, _ := strings.Cut(camt("053.001.08", ours+"|"), "|")
	payment := "<TxDtls><RmtInf><Ustrd>" + strings.Repeat("x", 200<<10) + "</Ustrd></RmtInf></TxDtls>"
	for _, c := range []struct {
		story   string
		mib     int
		refused string
	}{{"63 MiB", 63, ""}, {"65 MiB", 65, "more than 67108864 bytes of text"}} {
		t.Run(c.story, func(t *testing.T) {
			inspects(t, &long{begin: head + "<Ntry>" + amount + booked + "<NtryDtls>", piece: payment, end: "</NtryDtls></Ntry>" + tail, pieces: c.mib * 1024 / 200}, c.refused, 400)
		})
	}
}

// inspects reads a file, which is refused for a reason, or read when that is empty, on a heap of at most some MiB.
func inspects(t *testing.T, in *long, refused string, most uint64) {
	t.Helper()
	runtime.GC()
	_, err := bank.Inspect(in)
	var unreadable *bank.UnreadableError
	switch {
	case refused == "" && err != nil:
		t.Error(err)
	case refused != "" && (!errors.As(err, &unreadable) || !strings.Contains(err.Error(), refused)):
		t.Errorf("%v, want %s", err, refused)
	case in.most > most<<20:
		t.Errorf("heap of %d MiB, want at most %d", in.most>>20, most)
	}
}

// A report on a payment file is as small in memory. Not parallel: the heap is that of the whole process.
func TestStatusReportMemory(t *testing.T) {
	const size = 8 << 20
	report := strings.Split(pain002("10", "<GrpSts>PART</GrpSts>", "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>|</OrgnlPmtInfAndSts>"), "|")
	for _, c := range []struct {
		story, begin, piece, end, refused string
	}{
		{"payments without end", report[0], paymentStatus("P", "<TxSts>RJCT</TxSts>"+reason("AC04", "x")), report[1], ""},
		{"a batch of long texts", report[0], "<StsRsnInf><AddtlInf>" + strings.Repeat("x", 1<<10) + "</AddtlInf></StsRsnInf>", report[1], ""},
		{"a batch of elements without end", report[0], "<StsRsnInf/>", report[1], "more than 20000 elements"},
		{"what is not read without end", strings.TrimSuffix(report[0], "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>"), "<b><c/></b>", strings.TrimPrefix(report[1], "</OrgnlPmtInfAndSts>"), ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			runtime.GC()
			in := &long{begin: c.begin, piece: c.piece, end: c.end, pieces: size / len(c.piece)}
			err := bank.ReadStatus(in, bank.StatusHandler{})
			switch {
			case c.refused == "" && err != nil, c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
				t.Errorf("%v, want %q", err, c.refused)
			case in.most > 64<<20:
				t.Errorf("heap of %d MiB", in.most>>20)
			}
		})
	}
}

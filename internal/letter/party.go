package letter

import (
	"regexp"
	"strings"
)

// separator stands between facts on one line.
const separator = " · "

func joinNonEmpty(facts ...string) string {
	var out []string
	for _, f := range facts {
		if f != "" {
			out = append(out, f)
		}
	}
	return strings.Join(out, separator)
}

// labelled is "label value", or nothing when there is no value.
func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + " " + value
}

// postcodeTown has two spaces between, as PostNL asks; letters inside the postcode get their one space.
func (p Party) postcodeTown() string {
	if isBlank(p.Postcode) {
		return p.Postcode + nbsp + nbsp + p.Town
	}
	code := strings.ReplaceAll(strings.ToUpper(p.Postcode), " ", nbsp)
	if p.domestic() && len(code) == 6 {
		code = code[:4] + nbsp + code[4:]
	}
	return code + nbsp + nbsp + p.Town
}

func (p Party) domestic() bool {
	switch strings.ToLower(p.Country) {
	case "", "nl", "nederland", "netherlands", "the netherlands":
		return true
	}
	return false
}

// forAttention is what many clients write before the name already.
var forAttention = regexp.MustCompile(`(?i)^(t\.\s?a\.\s?v\.|(tav|ter attentie van|attn?)\b\.?)[:\s]*`)

// window are the lines of the address window: name and address of the addressee, and nothing else.
func (p Party) window(lang Language) []string {
	lines := []string{p.Name}
	if attention := forAttention.ReplaceAllString(p.Attention, ""); attention != "" {
		prefix := "T.a.v. "
		if lang == English {
			prefix = "Attn. "
		}
		lines = append(lines, prefix+attention)
	}
	lines = append(lines, p.Street, p.postcodeTown())
	if !p.domestic() {
		lines = append(lines, strings.ToUpper(p.Country))
	}
	return lines
}

// footer are the lines with who the sender is and how to reach it (art. 4.1 Besluit kwaliteit incassodienstverlening; art. 11 Wki).
// The sender's own account is left out on purpose: the only account on a letter is the one to pay to.
func (p Party) footer(lang Language) []string {
	w := words[lang]
	var out []string
	for _, line := range []string{
		joinNonEmpty(p.Name, p.Street, p.postcodeTown()),
		joinNonEmpty(labelled(w.Telephone, p.Phone), p.Email, p.Website),
		joinNonEmpty(labelled("KvK", p.KvK), labelled(w.VAT, p.VAT), labelled(w.Registration, p.Registration)),
	} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

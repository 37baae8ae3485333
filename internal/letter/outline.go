package letter

import "fmt"

// mark is a place in a file that its reader can jump to: the page, from 1 on.
type mark struct {
	title string
	page  int
}

// outlined is what the catalog says of the marks, whose tree begins with an object; nothing without any.
func outlined(marks []mark, object int) string {
	if len(marks) == 0 {
		return ""
	}
	return fmt.Sprintf(" /Outlines %d 0 R /PageMode /UseOutlines", object)
}

// outline writes the marks, the tree first, which is the object with that number. Each page takes two objects.
func (o *pdfFile) outline(marks []mark, object, firstPage int) {
	if len(marks) == 0 {
		return
	}
	o.add("<</Type /Outlines /First %d 0 R /Last %d 0 R /Count %d>>", object+1, object+len(marks), len(marks))
	for i, m := range marks {
		beside := ""
		if i > 0 {
			beside += fmt.Sprintf(" /Prev %d 0 R", object+i)
		}
		if i < len(marks)-1 {
			beside += fmt.Sprintf(" /Next %d 0 R", object+i+2)
		}
		o.add("<</Title %s /Parent %d 0 R%s /Dest [%d 0 R /Fit]>>", textString(m.title), object, beside, firstPage+2*(m.page-1))
	}
}

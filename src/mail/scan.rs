//! The one strict scan of a raw header block, before any parser sees it.
//!
//! Parsers repair what is broken, each in its own way, and a forger lives off the difference. So the
//! raw bytes are judged here first (SECURITY: A3 point 1). A mail with a fault can still be read as
//! data; it just proves nothing about its sender.
//!
//! Not for: the meaning of any field, the body, or MIME (`message`).

/// Longest header block that is looked at, in octets.
pub const HEADER_BYTES_MAX: usize = 256 * 1024;
/// Most fields that are looked at.
pub const FIELDS_MAX: usize = 1_000;

/// Fields that may stand at most once (RFC 5322 section 3.6, RFC 2045 section 3).
const SINGLE_FIELDS: [&str; 11] = [
    "From",
    "Sender",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
];

/// Why a header proves nothing about its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanFault {
    /// A NUL byte.
    #[error("the header has a NUL byte")]
    Nul,
    /// A carriage return that ends no line.
    #[error("the header has a bare carriage return")]
    BareCr,
    /// CRLF and LF in one header: readers disagree where a field ends.
    #[error("the header mixes CRLF and bare LF line ends")]
    MixedLineEnds,
    /// No colon, or a name with a blank or an unprintable byte (RFC 5322 section 2.2).
    #[error("a header line has no plain field name")]
    FieldName,
    /// A folded line of blanks alone, or a folded line with nothing above it.
    #[error("a header line is folded where nothing can be folded")]
    Folding,
    /// A field that may stand once stands twice.
    #[error("the field {0} stands more than once")]
    Repeated(&'static str),
    /// Over [`HEADER_BYTES_MAX`].
    #[error("the header is longer than {HEADER_BYTES_MAX} bytes")]
    TooLong,
    /// Over [`FIELDS_MAX`].
    #[error("the header has more than {FIELDS_MAX} fields")]
    TooManyFields,
}

/// A field as it stands in the header, top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name as written.
    pub name: String,
    /// The value, unfolded and trimmed; bytes that are no UTF-8 are replaced by U+FFFD.
    pub value: String,
}

/// The fields of a mail in their order, and where its body begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    fields: Vec<Field>,
    body_offset: usize,
}

impl Header {
    /// All fields, top to bottom.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The octet of the raw mail at which its body begins.
    pub fn body_offset(&self) -> usize {
        self.body_offset
    }

    /// The topmost value of `name`, whatever its case.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }

    /// Every value of `name`, top to bottom.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }
}

/// A header as far as it could be read, and everything that is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// What could be read; good for showing, not for trusting, when there are faults.
    pub header: Header,
    /// Each kind of fault once, in the order found.
    pub faults: Vec<ScanFault>,
}

impl Scan {
    /// The header, if nothing is wrong with it.
    ///
    /// # Errors
    /// The first fault.
    pub fn strict(&self) -> Result<&Header, ScanFault> {
        self.faults.first().map_or(Ok(&self.header), |fault| Err(*fault))
    }

    fn fault(&mut self, fault: ScanFault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// Scans the header of a raw mail. A file with LF line ends throughout is read as if they were CRLF.
/// Never fails and never reads a body; time and memory are bounded by [`HEADER_BYTES_MAX`] but for
/// the search for the end of an overlong header.
pub fn scan(raw: &[u8]) -> Scan {
    let mut scan = Scan::default();
    let mut ends = LineEnds::default();
    let mut unfolded: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut offset = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        offset += line.len();
        let content = ends.strip(line);
        if content.is_empty() {
            break;
        }
        if offset > HEADER_BYTES_MAX {
            scan.fault(ScanFault::TooLong);
            continue;
        }
        if content.contains(&0) {
            scan.fault(ScanFault::Nul);
        }
        if content.contains(&b'\r') {
            scan.fault(ScanFault::BareCr);
        }
        if let Err(fault) = take_line(content, &mut unfolded) {
            scan.fault(fault);
        }
    }
    if ends.crlf && ends.lf {
        scan.fault(ScanFault::MixedLineEnds);
    }
    scan.header.body_offset = offset;
    scan.header.fields = unfolded.iter().map(|(name, value)| field(name, value)).collect();
    for name in SINGLE_FIELDS {
        if scan.header.all(name).count() > 1 {
            scan.fault(ScanFault::Repeated(name));
        }
    }
    scan
}

/// Adds a line to the fields: a new field, or the continuation of the last.
fn take_line(content: &[u8], fields: &mut Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), ScanFault> {
    if content.first().is_some_and(|byte| is_blank(*byte)) {
        let (_, value) = fields.last_mut().ok_or(ScanFault::Folding)?;
        value.extend_from_slice(content);
        return if content.iter().all(|byte| is_blank(*byte)) {
            Err(ScanFault::Folding)
        } else {
            Ok(())
        };
    }
    let mut halves = content.splitn(2, |byte| *byte == b':');
    let (Some(name), Some(value)) = (halves.next(), halves.next()) else {
        return Err(ScanFault::FieldName);
    };
    if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
        return Err(ScanFault::FieldName);
    }
    if fields.len() >= FIELDS_MAX {
        return Err(ScanFault::TooManyFields);
    }
    fields.push((name.to_vec(), value.to_vec()));
    Ok(())
}

fn field(name: &[u8], value: &[u8]) -> Field {
    Field {
        name: String::from_utf8_lossy(name).into_owned(),
        value: String::from_utf8_lossy(value.trim_ascii()).into_owned(),
    }
}

/// RFC 5234 WSP.
fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Which line ends a header has used so far.
#[derive(Default)]
struct LineEnds {
    crlf: bool,
    lf: bool,
}

impl LineEnds {
    /// The line without its end, which is noted.
    fn strip<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        let Some(line) = line.strip_suffix(b"\n") else {
            return line;
        };
        if let Some(line) = line.strip_suffix(b"\r") {
            self.crlf = true;
            line
        } else {
            self.lf = true;
            line
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(raw: &str) -> Vec<ScanFault> {
        scan(raw.as_bytes()).faults
    }

    #[test]
    fn fields_are_unfolded_and_kept_in_order() {
        let raw = b"X: 1\r\nSubject: one\r\n two\r\n\tthree\r\nx: 2\r\n\r\nbody";
        let scan = scan(raw);
        let header = scan.strict().expect("clean");
        assert_eq!(header.first("subject"), Some("one two\tthree"));
        assert_eq!(header.all("X").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(raw.get(header.body_offset()..), Some(b"body".as_slice()));
    }

    #[test]
    fn a_maildir_file_with_lf_line_ends_is_read_as_crlf() {
        let lf = scan(b"From: a@b.example\nTo: c@d.example\n folded\n\nbody\r\n");
        let crlf = scan(b"From: a@b.example\r\nTo: c@d.example\r\n folded\r\n\r\nbody\r\n");
        assert_eq!(lf.faults, []);
        assert_eq!(lf.header.fields(), crlf.header.fields());
    }

    #[test]
    fn each_kind_of_damage_is_named() {
        assert_eq!(faults("A: 1\r\nB: 2\n\r\n"), [ScanFault::MixedLineEnds]);
        assert_eq!(faults("A: 1\nB: 2\n\r\n"), [ScanFault::MixedLineEnds]);
        assert_eq!(faults("A: 1\rB: 2\r\n\r\n"), [ScanFault::BareCr]);
        assert_eq!(faults("A: 1\r\r\n\r\n"), [ScanFault::BareCr]);
        assert_eq!(faults("A: 1\0\r\n\r\n"), [ScanFault::Nul]);
        assert_eq!(faults("A : 1\r\n\r\n"), [ScanFault::FieldName]);
        assert_eq!(faults("From ada Mon\r\nA: 1\r\n\r\n"), [ScanFault::FieldName]);
        assert_eq!(faults("Fröm: 1\r\n\r\n"), [ScanFault::FieldName]);
        assert_eq!(faults(": 1\r\n\r\n"), [ScanFault::FieldName]);
        assert_eq!(faults(" A: 1\r\n\r\n"), [ScanFault::Folding]);
        assert_eq!(faults("A: 1\r\n \t\r\nB: 2\r\n\r\n"), [ScanFault::Folding]);
        assert_eq!(faults("From: a\r\nFROM: b\r\n\r\n"), [ScanFault::Repeated("From")]);
    }

    #[test]
    fn the_bounds_hold_to_the_field_and_to_the_byte() {
        assert_eq!(faults(&"A: 1\r\n".repeat(FIELDS_MAX)), []);
        let over = scan("A: 1\r\n".repeat(FIELDS_MAX + 1).as_bytes());
        assert_eq!(over.faults, [ScanFault::TooManyFields]);
        assert_eq!(over.header.fields().len(), FIELDS_MAX);

        let long = |len: usize| format!("A: {}\r\n\r\nbody", "x".repeat(len - 5));
        assert_eq!(faults(&long(HEADER_BYTES_MAX)), []);
        let over = scan(long(HEADER_BYTES_MAX + 1).as_bytes());
        assert_eq!(over.faults, [ScanFault::TooLong]);
        assert_eq!(over.header.body_offset(), HEADER_BYTES_MAX + 3);
    }

    #[test]
    fn the_body_is_not_judged() {
        assert_eq!(faults("A: 1\r\n\r\nlone\nline\0 and\rmore"), []);
    }
}

//! A body of parts, cut where its boundary stands, as it comes (RFC 2046, section 5.1.1). What is kept is no more than the
//! head of a part, or what may be the beginning of a boundary.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::{memchr_iter, memmem};

/// How many bytes the head of a part may have.
const MAX_HEAD: usize = 16 * 1024;
/// How many blanks may stand between a boundary and the end of its line.
const MAX_PADDING: usize = 256;

/// What comes next in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A part begins. These are the lines of its head, without the last line end.
    Head(Bytes),
    /// Some of its content, which is never nothing.
    Content(Bytes),
    /// It ends.
    End,
}

/// The body breaks the rules of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Where in a body the buffer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first boundary, in what is not for anybody.
    Preamble,
    /// Behind a boundary.
    Boundary,
    /// At the line end behind a boundary.
    Head,
    /// At the last line end of a head, which may be that of the next boundary as well.
    Begin,
    /// In the content of a part.
    Content,
    /// Behind the last boundary, in what is not for anybody.
    Epilogue,
}

/// Cuts a body into its parts.
#[derive(Debug)]
pub(crate) struct Parser {
    /// The boundary, with the line end before it.
    delimiter: memmem::Finder<'static>,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no end of a head.
    searched: usize,
    state: State,
}

impl Parser {
    pub(crate) fn new(boundary: &str) -> Self {
        let delimiter = memmem::Finder::new(&format!("\r\n--{boundary}")).into_owned();
        // The first boundary may be where the body begins.
        Self { delimiter, buffer: BytesMut::from(&b"\r\n"[..]), searched: 0, state: State::Preamble }
    }

    /// Adds what has come.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.state != State::Epilogue {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Whether the last boundary has come.
    pub(crate) fn is_complete(&self) -> bool {
        self.state == State::Epilogue
    }

    /// What comes next. `None`: what has come so far does not say.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, Malformed> {
        loop {
            let found = match self.state {
                State::Preamble => self.preamble(),
                State::Boundary => self.boundary()?,
                State::Head => return self.head(),
                State::Begin => match self.begin() {
                    Some(true) => return Ok(Some(Token::End)),
                    begun => begun.is_some(),
                },
                State::Content => return Ok(self.content()),
                State::Epilogue => false,
            };
            if !found {
                return Ok(None);
            }
        }
    }

    /// Drops what stands before the first boundary, and that.
    fn preamble(&mut self) -> bool {
        match self.delimiter.find(&self.buffer) {
            Some(at) => self.enter(State::Boundary, at + self.delimiter.needle().len()),
            None => {
                self.buffer.advance(self.certain());
                false
            }
        }
    }

    /// Drops what stands between a boundary and the end of its line, which is nothing or blanks.
    fn boundary(&mut self) -> Result<bool, Malformed> {
        let padding = self.buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match &self.buffer[padding..] {
            [b'-', b'-', ..] if padding == 0 => {
                self.buffer.clear();
                self.state = State::Epilogue;
                Ok(false)
            }
            [b'\r', b'\n', ..] if padding <= MAX_PADDING => Ok(self.enter(State::Head, padding)),
            [] | [b'\r'] if padding <= MAX_PADDING => Ok(false),
            [b'-'] if padding == 0 => Ok(false),
            _ => Err(Malformed),
        }
    }

    fn head(&mut self) -> Result<Option<Token>, Malformed> {
        let Some(at) = memmem::find(&self.buffer[self.searched..], b"\r\n\r\n").map(|at| self.searched + at) else {
            self.searched = self.buffer.len().saturating_sub(3);
            // Besides the head there is a line end, and most of two.
            return if self.buffer.len() > MAX_HEAD + 5 { Err(Malformed) } else { Ok(None) };
        };
        let mut lines = self.buffer.split_to(at + 2).freeze();
        lines.advance(2);
        lines.truncate(at.saturating_sub(2));
        self.enter(State::Begin, 0);
        if lines.len() > MAX_HEAD { Err(Malformed) } else { Ok(Some(Token::Head(lines))) }
    }

    /// Whether the part ends where it begins.
    fn begin(&mut self) -> Option<bool> {
        let delimiter = self.delimiter.needle();
        if self.buffer.starts_with(delimiter) {
            self.enter(State::Boundary, delimiter.len());
            Some(true)
        } else if delimiter.starts_with(&self.buffer) {
            None
        } else {
            self.enter(State::Content, 2);
            Some(false)
        }
    }

    fn content(&mut self) -> Option<Token> {
        match self.delimiter.find(&self.buffer) {
            Some(0) => {
                self.enter(State::Boundary, self.delimiter.needle().len());
                Some(Token::End)
            }
            Some(at) => Some(Token::Content(self.buffer.split_to(at).freeze())),
            None => match self.certain() {
                0 => None,
                certain => Some(Token::Content(self.buffer.split_to(certain).freeze())),
            },
        }
    }

    /// Goes on behind the next `length` bytes.
    fn enter(&mut self, state: State, length: usize) -> bool {
        self.buffer.advance(length);
        (self.state, self.searched) = (state, 0);
        true
    }

    /// How many bytes of a buffer without a boundary do not begin one.
    fn certain(&self) -> usize {
        let delimiter = self.delimiter.needle();
        let tail = self.buffer.len().saturating_sub(delimiter.len() - 1);
        let mut beginnings = memchr_iter(b'\r', &self.buffer[tail..]).map(|at| tail + at);
        beginnings.find(|at| delimiter.starts_with(&self.buffer[*at..])).unwrap_or(self.buffer.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    /// Cuts a body that comes in chunks: its tokens, with the pieces of a content put together. `None`: it is malformed, or
    /// ends early.
    fn cut<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Option<Vec<Token>> {
        let mut parser = Parser::new("b-b");
        let mut tokens: Vec<Token> = Vec::new();
        for chunk in chunks {
            parser.push(chunk);
            while let Some(token) = parser.next().ok()? {
                match (tokens.last_mut(), token) {
                    (_, Token::Content(bytes)) if bytes.is_empty() => panic!("nothing is content"),
                    (Some(Token::Content(all)), Token::Content(bytes)) => *all = [&all[..], &bytes].concat().into(),
                    (_, token) => tokens.push(token),
                }
            }
            assert!(parser.buffer.len() <= MAX_HEAD + 5, "more is kept than a head");
        }
        parser.is_complete().then_some(tokens)
    }

    /// Parts, each a head and a content.
    type Parts = &'static [(&'static str, &'static str)];

    fn tokens(parts: Parts) -> Vec<Token> {
        let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
        let of_part = |(head, content): &(&str, &str)| {
            let content = (!content.is_empty()).then(|| Token::Content(bytes(content)));
            [Some(Token::Head(bytes(head))), content, Some(Token::End)].into_iter().flatten()
        };
        parts.iter().flat_map(of_part).collect()
    }

    #[test]
    fn bodies_are_cut_at_their_boundaries_wherever_chunks_end() {
        let rows: &[(&str, Option<Parts>)] = &[
            ("--b-b--", Some(&[])),
            ("--b-b--\r\n", Some(&[])),
            ("--b-b\r\na: b\r\nc: d\r\n\r\nx\r\n--b-b--", Some(&[("a: b\r\nc: d", "x")])),
            ("for nobody\r\n--b\r\n--b-b \t\r\n\r\nx\r\n--b-b--\r\nnor this\r\n--b-b\r\n\r\n", Some(&[("", "x")])),
            // No content, with a line end of its own and without.
            ("--b-b\r\na: b\r\n\r\n\r\n--b-b--", Some(&[("a: b", "")])),
            ("--b-b\r\na: b\r\n\r\n--b-b\r\n\r\n--b-b--", Some(&[("a: b", ""), ("", "")])),
            // What begins like a boundary.
            (
                "--b-b\r\n\r\n\r\r\n--b-\r\n--b\r\n-\r\n\r\n--b-b\r\n\r\nx--b-b\r\n--b-b--",
                Some(&[("", "\r\r\n--b-\r\n--b\r\n-\r\n"), ("", "x--b-b")]),
            ),
            ("--b-b\r\n\r\n\n--b-b\r\n--b-b--", Some(&[("", "\n--b-b")])),
            // Not well-formed, or not complete.
            ("", None),
            ("--b-b", None),
            ("--b-b-", None),
            (" --b-b--", None),
            ("--b-b\r\n\r\nx", None),
            ("--b-b\r\n\r\nx\r\n--b-b", None),
            ("--b-b\r\n\r\nx\r\n--b-b-x", None),
            ("--b-bx\r\n\r\nx\r\n--b-b--", None),
            ("--b-b --\r\n\r\nx\r\n--b-b--", None),
            // Line ends are not LF alone.
            ("--b-b\n\nx\n--b-b--\n", None),
            ("--b-b\r\na: b\n\nx\r\n--b-b--", None),
            ("--b-b\r\n\r\nx\n--b-b--", None),
        ];
        for (body, parts) in rows {
            let (body, expected) = (body.as_bytes(), parts.map(tokens));
            assert_eq!(cut(body.chunks(1)), expected, "{}", body.escape_ascii());
            for (first, last) in (0..=body.len()).flat_map(|first| (first..=body.len()).map(move |last| (first, last)))
            {
                let chunks = [&body[..first], &body[first..last], &body[last..]];
                assert_eq!(cut(chunks), expected, "{} {first} {last}", body.escape_ascii());
            }
        }
    }

    #[test]
    fn heads_and_padding_have_an_end() {
        let body = |padding: usize, head: usize| {
            format!("--b-b{}\r\na: {}\r\n\r\nx\r\n--b-b--", " ".repeat(padding), "x".repeat(head - 3)).into_bytes()
        };
        for chunk in [1, 100, usize::MAX] {
            let is_cut = |body: Vec<u8>| cut(body.chunks(chunk.min(body.len()))).is_some();
            assert!(is_cut(body(MAX_PADDING, 100)));
            assert!(!is_cut(body(MAX_HEAD * 2, 100)));
            assert!(is_cut(body(0, MAX_HEAD)));
            assert!(!is_cut(body(0, MAX_HEAD + 1)));
        }
        // Nor are they waited for.
        let mut parser = Parser::new("b-b");
        parser.push(b"--b-b\r\n");
        let endless = (0..2 * MAX_HEAD).any(|_| {
            parser.push(b"x");
            parser.next().is_err()
        });
        assert!(endless, "a head without an end is waited for");
    }

    /// What means something in a body, and what nearly does.
    const PIECES: &[&[u8]] = &[
        b"\r\n--b-b\r\n\r\n",
        b"\r\n--b-b\r\na: b\r\n\r\n",
        b"\r\n--b-b--",
        b"\r\n--b-b",
        b"--b-b",
        b"\r\n--b",
        b"\r\n\r\n",
        b"\r\n",
        b"\r",
        b"\n",
        b"--",
        b"-",
        b" ",
        b"x",
        b"\0\xff",
    ];

    fn chunks<'b>(body: &'b [u8], ends: &[Index]) -> Vec<&'b [u8]> {
        let mut ends: Vec<usize> = ends.iter().map(|end| end.index(body.len() + 1)).chain([0, body.len()]).collect();
        ends.sort_unstable();
        ends.windows(2).map(|pair| &body[pair[0]..pair[1]]).collect()
    }

    proptest! {
        #[test]
        fn any_chunks_give_the_same_parts(
            pieces in vec(prop_oneof![4 => select(PIECES).prop_map(<[u8]>::to_vec), 1 => vec(any::<u8>(), 0..8)], 0..16),
            ends in vec(any::<Index>(), 0..12),
        ) {
            let body = pieces.concat();
            let whole = cut([&body[..]]);
            prop_assert_eq!(cut(chunks(&body, &ends)), whole.clone());
            prop_assert_eq!(cut(body.chunks(1)), whole);
        }

        #[test]
        fn any_content_comes_back(
            contents in vec(vec(prop_oneof![select(PIECES).prop_map(<[u8]>::to_vec), vec(any::<u8>(), 0..8)], 0..8), 0..5),
            ends in vec(any::<Index>(), 0..12),
        ) {
            let contents: Vec<Vec<u8>> = contents.iter().map(|pieces| pieces.concat()).collect();
            let mut whole: Vec<Vec<u8>> = contents.iter().map(|content| [b"\r\n", &content[..]].concat()).collect();
            prop_assume!(whole.iter().all(|content| memmem::find(content, b"\r\n--b-b").is_none()));
            whole.iter_mut().for_each(|content| content.splice(..0, *b"--b-b\r\nn: v\r\n").for_each(drop));
            let body = [whole.join(&b"\r\n"[..]), if whole.is_empty() { vec![] } else { b"\r\n".to_vec() }, b"--b-b--".to_vec()].concat();
            let expected = contents.iter().flat_map(|content| {
                let content = (!content.is_empty()).then(|| Token::Content(content.clone().into()));
                [Some(Token::Head("n: v".into())), content, Some(Token::End)].into_iter().flatten()
            });
            prop_assert_eq!(cut(chunks(&body, &ends)), Some(expected.collect::<Vec<_>>()));
        }

        #[test]
        fn arbitrary_bytes_are_cut_or_refused(body in vec(any::<u8>(), 0..512), ends in vec(any::<Index>(), 0..8)) {
            let body = [b"--b-b\r\n", &body[..]].concat();
            prop_assert_eq!(cut(chunks(&body, &ends)), cut([&body[..]]));
        }
    }
}

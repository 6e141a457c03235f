//! Digests and file names as coreutils' `sha256sum` prints them.

/// Appends bytes in hexadecimal.
pub(super) fn print_hex(bytes: &[u8], line: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        line.push(DIGITS[usize::from(byte >> 4)]);
        line.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// Appends a digest and a file's name. A name with a backslash, a newline or a carriage return in
/// it is escaped, and the line then begins with a backslash, so that one file is one line.
pub(super) fn print_digest(digest: &[u8], name: &[u8], line: &mut Vec<u8>) {
    let escaped = name.iter().any(|byte| b"\\\n\r".contains(byte));
    if escaped {
        line.push(b'\\');
    }
    print_hex(digest, line);
    line.extend_from_slice(b"  ");
    for &byte in name {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            plain => line.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(name: &str) -> String {
        let mut line = Vec::new();
        print_digest(&[0x0a, 0xff], name.as_bytes(), &mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn names_are_escaped_as_coreutils_does() {
        assert_eq!(printed("plain name"), "0aff  plain name");
        assert_eq!(printed("a\\b"), "\\0aff  a\\\\b");
        assert_eq!(printed("a\nb\r"), "\\0aff  a\\nb\\r");
    }
}

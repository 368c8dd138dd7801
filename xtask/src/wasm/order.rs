//! Puts functions of the module that look alike next to each other, so that it compresses better.
//!
//! gzip looks back 32 KiB and no further; a compiler's order scatters what is alike over twenty
//! times that. Only the order changes, no function does. Binaryen can sort functions by their
//! names and rewrites every reference to them, so this only finds the order and writes it down as
//! names; the names are gone from the result.

use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::{Context, Result};
use wasmparser::{Parser, Payload, TypeRef};

/// How many bytes in a row are compared: enough to be no accident, and about the shortest repeat
/// that compression gains from.
const RUN: usize = 6;
/// What is in more functions than this is everywhere anyway.
const COMMON: usize = 200;
/// How much code behind it a function is compared with, in bytes. Less than the 32 KiB of gzip,
/// for the better places are the near ones.
const WINDOW: usize = 20_000;
/// How much length counts against a function: at 0 the longest always wins, at 1 tiny ones do.
/// Found by trying.
const LENGTH_WEIGHT: f64 = 0.6;

/// The module with names of functions that sort in the better order.
pub(super) fn named(module: &[u8]) -> Result<Vec<u8>> {
    let (imported, bodies) = functions(module)?;
    let mut names: Vec<(usize, usize)> = chain(&bodies)
        .into_iter()
        .enumerate()
        .map(|(place, function)| (imported + function, place))
        .collect();
    // The format wants them by function.
    names.sort_unstable();
    let mut out = module.to_vec();
    out.extend(name_section(&names));
    Ok(out)
}

/// How many functions are imported, and the bytes of the others.
fn functions(module: &[u8]) -> Result<(usize, Vec<&[u8]>)> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.context("the optimised module cannot be read")? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if matches!(import?.ty, TypeRef::Func(_)) {
                        imported += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(&module[body.range()]),
            _ => {}
        }
    }
    Ok((imported, bodies))
}

/// The functions in the order in which each is most like those just before it. The longest is the
/// first; whatever is like nothing keeps the order it had.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let mut likeness = Likeness::new(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = (0..bodies.len()).max_by_key(|&function| bodies[function].len());
    while let Some(function) = next {
        left.retain(|&other| other != function);
        likeness.place(function, bodies[function].len());
        order.push(function);
        next = left.iter().copied().reduce(|best, other| {
            if likeness.of(other, bodies) > likeness.of(best, bodies) {
                other
            } else {
                best
            }
        });
    }
    order
}

/// How much each function has in common with those placed last.
struct Likeness {
    runs: Vec<Vec<u64>>,
    holders: HashMap<u64, Vec<usize>>,
    shared: Vec<u32>,
    /// How often a run is in the window.
    present: HashMap<u64, u32>,
    window: VecDeque<(usize, usize)>,
    window_bytes: usize,
}

impl Likeness {
    fn new(bodies: &[&[u8]]) -> Self {
        let mut runs: Vec<Vec<u64>> = bodies.iter().map(|body| runs_of(body)).collect();
        let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
        for (function, own) in runs.iter().enumerate() {
            for run in own {
                holders.entry(*run).or_default().push(function);
            }
        }
        holders.retain(|_, functions| (2..=COMMON).contains(&functions.len()));
        for own in &mut runs {
            own.retain(|run| holders.contains_key(run));
        }
        Self {
            shared: vec![0; bodies.len()],
            runs,
            holders,
            present: HashMap::new(),
            window: VecDeque::new(),
            window_bytes: 0,
        }
    }

    fn of(&self, function: usize, bodies: &[&[u8]]) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no function is longer than 2^52 bytes"
        )]
        let length = bodies[function].len() as f64;
        f64::from(self.shared[function]) / length.powf(LENGTH_WEIGHT)
    }

    /// The function is the last one now; those too far back are not seen any more.
    fn place(&mut self, function: usize, bytes: usize) {
        self.window.push_back((function, bytes));
        self.window_bytes += bytes;
        self.see(function);
        while self.window_bytes > WINDOW && self.window.len() > 1 {
            if let Some((oldest, bytes)) = self.window.pop_front() {
                self.window_bytes -= bytes;
                self.forget(oldest);
            }
        }
    }

    fn see(&mut self, function: usize) {
        for run in &self.runs[function] {
            let times = self.present.entry(*run).or_default();
            *times += 1;
            if *times == 1 {
                for holder in &self.holders[run] {
                    self.shared[*holder] += 1;
                }
            }
        }
    }

    fn forget(&mut self, function: usize) {
        for run in &self.runs[function] {
            let times = self.present.entry(*run).or_default();
            *times -= 1;
            if *times == 0 {
                for holder in &self.holders[run] {
                    self.shared[*holder] -= 1;
                }
            }
        }
    }
}

/// What stands in a function, each run once.
fn runs_of(body: &[u8]) -> Vec<u64> {
    let mut seen = HashSet::new();
    let as_number = |run: &[u8]| {
        run.iter()
            .fold(0, |number, &byte| number << 8 | u64::from(byte))
    };
    body.windows(RUN)
        .map(as_number)
        .filter(|run| seen.insert(*run))
        .collect()
}

/// The custom section with names of functions: each is its place, written so that it sorts.
fn name_section(names: &[(usize, usize)]) -> Vec<u8> {
    let mut map = leb(names.len());
    for (function, place) in names {
        let name = format!("{place:08}");
        map.extend(leb(*function));
        map.extend(leb(name.len()));
        map.extend(name.as_bytes());
    }
    let title = b"name";
    let mut content = leb(title.len());
    content.extend(title);
    // 1: the names of functions.
    content.push(1);
    content.extend(leb(map.len()));
    content.extend(map);
    // 0: a custom section.
    let mut section = vec![0];
    section.extend(leb(content.len()));
    section.extend(content);
    section
}

/// A number as the format writes it: seven bits in a byte, the lowest first.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits fit in a byte");
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_comes_together_and_nothing_is_lost() {
        let (long, short) = (
            b"the first kind of a body, ".repeat(3),
            b"0123456789ab".repeat(2),
        );
        let other_long = [&b"x"[..], &long].concat();
        let other_short = [&short[..], b"y"].concat();
        let bodies: [&[u8]; 5] = [&long, &short, b"z", &other_long, &other_short];
        assert_eq!(chain(&bodies), [3, 0, 1, 4, 2]);
    }

    #[test]
    fn numbers_are_written_as_the_format_says() {
        assert_eq!(leb(0), [0]);
        assert_eq!(leb(624_485), [0xe5, 0x8e, 0x26]);
    }

    #[test]
    fn the_names_are_those_of_the_places_and_can_be_read_back() {
        // (module (import "a" "b" (func)) (func) (func))
        let module = [
            &b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0"[..],
            b"\x02\x07\x01\x01a\x01b\0\0\x03\x03\x02\0\0",
            b"\x0a\x07\x02\x02\0\x0b\x02\0\x0b",
        ]
        .concat();
        let named = named(&module).unwrap();
        let (imported, bodies) = functions(&named).unwrap();
        assert_eq!((imported, bodies.len()), (1, 2));
        let text = String::from_utf8_lossy(&named[module.len()..]).into_owned();
        assert!(
            text.contains("00000000") && text.contains("00000001"),
            "{text}"
        );
    }
}

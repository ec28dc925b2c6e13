//! A short run of what the fuzz targets do for hours: the seeds, and thousands of mutations of them, the same ones
//! every time.

use std::path::Path;

use lockfill_test_invariants::local_alb as checks;

/// Mutations of each seed.
const ROUNDS: u64 = 1500;

/// The seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds").join(target);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("a seed").path()).collect();
    files.sort();
    assert!(files.len() >= 4, "{files:?}");
    files.iter().map(|file| std::fs::read(file).expect("a seed")).collect()
}

/// Calls `check` with every seed and with mutations of it.
fn run(target: &str, check: impl Fn(&[u8])) {
    let seeds = seeds(target);
    for (index, seed) in seeds.iter().enumerate() {
        check(seed);
        let mut random = fastrand::Rng::with_seed(u64::try_from(index).expect("a number"));
        for _ in 0..ROUNDS {
            let mut input = seed.clone();
            for _ in 0..random.u32(1..4) {
                mutate(&mut input, &seeds, &mut random);
            }
            check(&input);
        }
    }
}

/// A byte is changed, put in or taken away, or a piece of some seed is put in.
fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut fastrand::Rng) {
    const TELLING: &[u8] = b"\r\n\t :,;%\\\"'{}[]!&*#$\0\x7f\xff019aA-";
    let at = random.usize(..=input.len());
    let byte = if random.bool() { TELLING[random.usize(..TELLING.len())] } else { random.u8(..) };
    match random.u8(..4) {
        0 => input.insert(at, byte),
        1 if at < input.len() => input[at] = byte,
        2 if at < input.len() => drop(input.remove(at)),
        _ => {
            let other = &seeds[random.usize(..seeds.len())];
            let from = random.usize(..=other.len());
            let piece = &other[from..(from + random.usize(..64)).min(other.len())];
            input.splice(at..at, piece.iter().copied());
        }
    }
}

#[test]
fn any_template_is_understood_or_refused_in_one_line() {
    run("template", |input| {
        if let Ok(text) = std::str::from_utf8(input) {
            checks::template(text);
        }
    });
}

#[test]
fn any_request_is_seen_the_same_by_the_guard_and_by_the_http_library() {
    run("request", checks::request);
}

#[test]
fn any_response_document_is_refused_or_can_be_sent() {
    run("response", checks::response_document);
}

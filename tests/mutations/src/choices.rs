//! Where choices come from.

/// One choice after another.
pub trait Choices {
    /// A number below `bound`; 0 if that is 0.
    fn below(&mut self, bound: usize) -> usize;

    /// One of `items`, of which there is one at least.
    fn one_of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The choices of one case of a run. Cases do not depend on each other.
    pub fn of_case(seed: u64, case: u64) -> Self {
        let mut random = Self(seed);
        let seed = random.next();
        Self(seed ^ case.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Choices for Random {
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What a fuzzer has made up, two bytes a choice; zeros when it is used up.
#[derive(Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Choices for Bytes<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let Some(([high, low], rest)) = self.0.split_first_chunk::<2>() else { return 0 };
        self.0 = rest;
        usize::from(u16::from_be_bytes([*high, *low])) % bound.max(1)
    }
}

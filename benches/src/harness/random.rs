//! The order of the contenders.

/// Random enough for an order (xorshift).
pub(crate) struct Xorshift(u64);

impl Xorshift {
    /// The same numbers in each run.
    pub(crate) fn new() -> Self {
        Self(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_has_every_contender_once_and_an_order_of_its_own() {
        let mut random = Xorshift::new();
        let mut places: Vec<usize> = (0..6).collect();
        let mut order_of = || {
            random.shuffle(&mut places);
            places.clone()
        };
        let orders: Vec<_> = (0..4).map(|_| order_of()).collect();
        for order in &orders {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5]);
        }
        assert!(orders.windows(2).all(|pair| pair[0] != pair[1]));
    }
}

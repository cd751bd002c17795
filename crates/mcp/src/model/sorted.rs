//! Small sets, as sorted lists. A `BTreeSet` is five times as much code for each type that it holds.

/// Puts an item in its place; `false` if it is there already.
pub(crate) fn insert<T: Ord>(sorted: &mut Vec<T>, item: T) -> bool {
    match sorted.binary_search(&item) {
        Ok(_) => false,
        Err(place) => {
            sorted.insert(place, item);
            true
        }
    }
}

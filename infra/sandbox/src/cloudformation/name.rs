//! Names that a template leaves to CloudFormation: of the stack, of the resource, and a random end.

use crate::id::Ids;

const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const RANDOM: usize = 12;

/// `Viridian-Cluster-1A2B3C4D5E6F`, its parts cut short where it would be longer than `limit`.
pub(super) fn generate(ids: &mut Ids, stack: &str, logical: &str, limit: usize) -> String {
    let random: String = (0..RANDOM)
        .map(|_| usize::try_from(ids.below(36)).map_or('0', |at| char::from(LETTERS[at])))
        .collect();
    let room = limit.saturating_sub(RANDOM + 2);
    let (mut stack_part, mut logical_part) = (stack.len(), logical.len());
    if stack_part + logical_part > room {
        // Both get half, and what one does not need goes to the other.
        stack_part = stack_part.min((room / 2).max(room.saturating_sub(logical_part)));
        logical_part = logical_part.min(room - stack_part);
    }
    format!("{}-{}-{random}", cut(stack, stack_part), cut(logical, logical_part))
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_be_too_long_is_cut_and_stays_unlike_others() {
        let mut ids = Ids::new(7);
        let name = generate(&mut ids, "Viridian", "ReleaseBalancerLoadBalancer58CC305A", 32);
        assert_eq!(name.len(), 32);
        assert!(name.starts_with("Viridian-ReleaseBal-"), "{name}");
        assert_ne!(name, generate(&mut ids, "Viridian", "ReleaseBalancerLoadBalancer58CC305A", 32));
        let whole = generate(&mut ids, "Viridian", "Cluster", 255);
        assert!(whole.starts_with("Viridian-Cluster-") && whole.len() == 29, "{whole}");
    }
}

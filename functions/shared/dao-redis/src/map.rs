//! The nodes of a cluster, and which node owns which slot.

use std::sync::Arc;

use crate::node::Node;
use crate::slots::{Endpoint, Range, SLOTS};

/// Above the 1000 nodes that the Redis cluster specification names as the practical limit, nodes are ignored.
const NODES_MAX: usize = 1_000;
/// How many nodes are asked for the map at the same time.
const ASKED_MAX: usize = 4;

/// Nodes and slots. Until a map has been read, the home node owns every slot.
pub(crate) struct Map {
    /// The first node is always home, the server that the URL names.
    nodes: Vec<Arc<Node>>,
    /// For each slot the index of its node in `nodes`; empty until a map has been read.
    owners: Vec<u16>,
    /// Whether the slots come from a map, and not from redirections alone.
    is_read: bool,
    /// The index of the node, home not counted, that is asked for the map next.
    turn: usize,
}

impl Map {
    pub(crate) fn new(home: Arc<Node>) -> Self {
        Self { nodes: vec![home], owners: Vec::new(), is_read: false, turn: 0 }
    }

    pub(crate) fn is_known(&self) -> bool {
        !self.owners.is_empty()
    }

    /// The server that the URL names.
    pub(crate) fn home(&self) -> &Arc<Node> {
        &self.nodes[0]
    }

    pub(crate) fn nodes(&self) -> &[Arc<Node>] {
        &self.nodes
    }

    pub(crate) fn owner(&self, slot: u16) -> Arc<Node> {
        let number = self.owners.get(usize::from(slot)).copied().unwrap_or_default();
        Arc::clone(&self.nodes[usize::from(number)])
    }

    /// The node at an endpoint: one of the map, or a new one with home's certificates and login. `None` if
    /// these cannot be used for the endpoint.
    pub(crate) fn node(&mut self, endpoint: &Endpoint) -> Option<Arc<Node>> {
        if let Some(node) = self.nodes.iter().find(|node| node.is_at(endpoint)) {
            return Some(Arc::clone(node));
        }
        let address = self.home().address().at(endpoint.clone())?;
        let node = Arc::new(Node::new(address, self.home().clock().clone()));
        // A node without slots may be importing some, so its link is needed more than once.
        self.number(&node);
        Some(node)
    }

    /// Records that a node owns a slot.
    pub(crate) fn set_owner(&mut self, slot: u16, owner: &Arc<Node>) {
        if let Some(number) = self.number(owner) {
            self.owners.resize(usize::from(SLOTS), 0);
            self.owners[usize::from(slot)] = number;
        }
    }

    /// Replaces the slots by those of a new map. Nodes of both maps keep their links. A slot that the new map
    /// leaves out is assigned to home, which redirects requests about it.
    pub(crate) fn replace(&mut self, ranges: &[Range]) {
        let mut new = Self {
            nodes: vec![Arc::clone(self.home())],
            owners: vec![0; usize::from(SLOTS)],
            is_read: true,
            ..*self
        };
        for range in ranges {
            let owner = new.nodes.iter().find(|node| node.is_at(&range.owner)).cloned();
            let number = owner.or_else(|| self.node(&range.owner)).and_then(|node| new.number(&node));
            if let Some(number) = number {
                new.owners[usize::from(range.first)..=usize::from(range.last)].fill(number);
            }
        }
        *self = new;
    }

    /// Gives every slot back to home, which has said that it is no cluster. Nodes stay, so that each keeps what
    /// it has learned about its server.
    pub(crate) fn forget(&mut self) {
        self.owners = Vec::new();
        self.is_read = false;
    }

    /// Does the same where the slots come from redirections alone, and no node has a map to confirm them.
    pub(crate) fn forget_hearsay(&mut self) {
        if !self.is_read {
            self.forget();
        }
    }

    /// The nodes to ask for the map: home, and some of the others in turn.
    pub(crate) fn candidates(&mut self) -> Vec<Arc<Node>> {
        let others = &self.nodes[1..];
        let asked = others.iter().cycle().skip(self.turn).take(others.len().min(ASKED_MAX - 1));
        let candidates = std::iter::once(self.home()).chain(asked).cloned().collect();
        self.turn = (self.turn + ASKED_MAX - 1) % others.len().max(1);
        candidates
    }

    /// The index of a node. A new node is added unless the map is full.
    fn number(&mut self, node: &Arc<Node>) -> Option<u16> {
        let index = self.nodes.iter().position(|other| Arc::ptr_eq(other, node));
        if index.is_none() && self.nodes.len() < NODES_MAX {
            self.nodes.push(Arc::clone(node));
            return u16::try_from(self.nodes.len() - 1).ok();
        }
        index.and_then(|number| u16::try_from(number).ok())
    }
}

#[cfg(test)]
mod tests {
    use lockfill_dao::Clock;

    use super::*;
    use crate::address::Address;

    fn map() -> Map {
        Map::new(Arc::new(Node::new(Address::parse("redis://home:1").unwrap(), Clock::monotonic())))
    }

    fn at(host: &str) -> Endpoint {
        Endpoint { host: host.to_owned(), port: 1 }
    }

    fn range(first: u16, last: u16, host: &str) -> Range {
        Range { first, last, owner: at(host) }
    }

    fn owner(map: &Map, slot: u16) -> String {
        map.owner(slot).address().endpoint().host.clone()
    }

    #[test]
    fn without_a_map_home_owns_every_slot() {
        let map = map();
        assert!(!map.is_known());
        assert_eq!((owner(&map, 0), owner(&map, 16_383)), ("home".to_owned(), "home".to_owned()));
    }

    #[test]
    fn a_new_map_keeps_the_links_to_the_nodes_that_it_has_too() {
        let mut map = map();
        map.replace(&[range(0, 99, "a"), range(100, 16_383, "b")]);
        let (a, b) = (map.owner(99), map.owner(100));
        map.replace(&[range(0, 9, "a"), range(10, 19, "c"), range(20, 99, "a"), range(200, 16_383, "home")]);
        assert!(Arc::ptr_eq(&map.owner(50), &a));
        assert_eq!((owner(&map, 10), owner(&map, 100)), ("c".to_owned(), "home".to_owned()));
        assert!(!map.nodes().iter().any(|node| Arc::ptr_eq(node, &b)), "no slot is left at b");
        assert_eq!(map.nodes().len(), 3, "home, a and c");
    }

    #[test]
    fn a_slot_that_moved_is_where_it_moved_to_and_no_other_is() {
        let mut map = map();
        let node = map.node(&at("a")).unwrap();
        assert!(
            Arc::ptr_eq(&map.node(&at("a")).unwrap(), &node),
            "the link stays, although the node owns no slot"
        );
        assert!(!map.is_known());
        map.set_owner(7, &node);
        assert!(map.is_known());
        assert_eq!((owner(&map, 7), owner(&map, 8)), ("a".to_owned(), "home".to_owned()));
    }

    #[test]
    fn a_map_is_forgotten_if_home_is_no_cluster_and_hearsay_if_there_is_no_map() {
        let mut map = map();
        let node = map.node(&at("a")).unwrap();
        map.set_owner(7, &node);
        map.forget_hearsay();
        assert_eq!((map.is_known(), owner(&map, 7)), (false, "home".to_owned()));
        assert!(Arc::ptr_eq(&map.node(&at("a")).unwrap(), &node), "its server may be sick still");
        map.replace(&[range(0, 16_383, "a")]);
        map.forget_hearsay();
        assert_eq!(owner(&map, 7), "a");
        map.forget();
        assert_eq!(owner(&map, 7), "home");
    }

    #[test]
    fn all_nodes_are_asked_for_the_map_in_turn_and_home_each_time() {
        let mut map = map();
        let hosts = ["a", "b", "c", "d", "e"];
        let ranges: Vec<_> = (0..).zip(hosts).map(|(slot, host)| range(slot, slot, host)).collect();
        map.replace(&ranges);
        let mut asked = || -> String {
            map.candidates()
                .iter()
                .map(|node| node.address().endpoint().host.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!([asked(), asked(), asked()], ["home a b c", "home d e a", "home b c d"]);
    }

    #[test]
    fn the_map_takes_a_limited_number_of_nodes() {
        let mut map = map();
        let ranges: Vec<_> = (0..2_000).map(|slot| range(slot, slot, &format!("n{slot}"))).collect();
        map.replace(&ranges);
        assert_eq!(map.nodes().len(), NODES_MAX);
        assert_eq!(owner(&map, 1_999), "home");
    }
}

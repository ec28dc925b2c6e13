//! Ports of this machine's loopback address that no other process gets while a test holds them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A held port. A connection to it is refused until a server listens on it, which has to set `SO_REUSEADDR`, as
/// redis-server does.
pub struct Port(TcpSocket);

impl Port {
    /// Holds a port that is free.
    pub fn free() -> Self {
        Self::held(0).unwrap()
    }

    /// Holds the port of a number. An error if any process holds it or listens on it.
    pub fn held(number: u16) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // With SO_REUSEADDR the bind would also succeed for a port that another test holds.
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, number)))?;
        socket.set_reuseaddr(true)?;
        Ok(Self(socket))
    }

    pub fn number(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

#[test]
fn a_held_port_refuses_connections_and_other_holders_until_a_server_listens() {
    let port = Port::free();
    let number = port.number();
    assert!(Port::held(number).is_err());
    let refused = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, number)).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    // The standard library's listeners set SO_REUSEADDR, as redis-server does.
    let server = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, number)).unwrap();
    assert!(std::net::TcpStream::connect(server.local_addr().unwrap()).is_ok());
}

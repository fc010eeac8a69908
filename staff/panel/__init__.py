"""Focus-customer panels 焦点客户座谈会."""

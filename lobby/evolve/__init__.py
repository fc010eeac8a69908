"""What each event does to the state. An event is a fact: nothing here refuses or decides."""

import { Component, type ReactNode } from 'react';

/** One block that cannot be shown must not take the page with it. */
export class BlockBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? (
      <p className="quiet">This part of the message could not be shown.</p>
    ) : (
      this.props.children
    );
  }
}

namespace ZProc.Dashboard;

/// <summary>Takes what changes in a <see cref="DashboardModel"/>, on the model's thread. An implementation must only take note.</summary>
internal interface IDashboardViewer
{
    /// <summary>Records of processes have changed or are gone.</summary>
    void OnProcesses(IEnumerable<string> keys);

    /// <summary>Figures of processes have changed.</summary>
    void OnFigures(IEnumerable<string> keys);

    /// <summary>A second has passed.</summary>
    void OnTick();

    /// <summary>The context has ended, and the dashboard with it.</summary>
    void OnEnd(string reason);
}

namespace ZProc.Workers;

/// <summary>Finds the files of the module that this session uses.</summary>
internal static class ModuleFile
{
    /// <summary>The path of a file in the folder of the module's assembly, or in a folder above; null when there is none.</summary>
    public static string? Find(string name)
    {
        for (var folder = Path.GetDirectoryName(typeof(ModuleFile).Assembly.Location); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
